/** Every learner through the same suite, then what each one alone promises. */
import { pls, ridge } from "../../src/fusion/index.ts";
import { learnerConformance } from "./learner-conformance.ts";

learnerConformance("ridge", { make: () => ridge(), linear: 1e-8 });
learnerConformance("pls", { make: () => pls({ components: 3 }), linear: 1e-8 });
