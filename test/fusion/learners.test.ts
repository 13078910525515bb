/** Every learner through the same suite. */
import { gaussianProcess, network, pls, ridge } from "../../src/fusion/index.ts";
import { learnerConformance } from "./learner-conformance.ts";

learnerConformance("ridge", { make: () => ridge(), linear: 1e-8 });
learnerConformance("pls", { make: () => pls({ components: 3 }), linear: 1e-8 });
learnerConformance("gaussian-process", { make: () => gaussianProcess(), linear: 0.02 });
learnerConformance("network", { make: () => network({ hidden: [6], epochs: 120, rate: 0.03 }), linear: 0.15 });
