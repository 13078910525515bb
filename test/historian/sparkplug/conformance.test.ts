import { sourceConformance } from "../source-conformance.ts";
import { sourceOfSeries } from "./edge.ts";

sourceConformance("sparkplug", { make: (series) => sourceOfSeries(series), metadata: true, arrival: true });
