/** Which mapping imports which record of the data folder. */

export interface PlantRecord {
  /** Folder of the data set. */
  readonly folder: string;
  /** Mapping beside this file, without its ending. */
  readonly mapping: string;
  readonly files: readonly string[];
}

export const records: readonly PlantRecord[] = [
  { folder: "cascaded_tanks", mapping: "cascaded-tanks", files: ["estimation.csv"] },
  { folder: "ccpp", mapping: "combined-cycle-shuffled", files: ["Folds5x2_pp.csv"] },
  { folder: "daisy", mapping: "daisy-cstr", files: ["cstr.dat.gz"] },
  { folder: "daisy", mapping: "daisy-dryer", files: ["dryer2.dat.gz"] },
  { folder: "daisy", mapping: "daisy-exchanger", files: ["exchanger.dat.gz"] },
  { folder: "debutanizer", mapping: "debutanizer", files: ["debutanizer_data.txt"] },
  { folder: "debutanizer", mapping: "debutanizer-lab", files: ["debutanizer_y_10_labheld.csv"] },
  { folder: "eta_factory_decimal_comma", mapping: "eta-scenario", files: ["ETAFactory_HNHT_ScenarioData_LiveScenario.csv.gz"] },
  { folder: "eta_factory_decimal_comma", mapping: "eta-episode", files: ["live_run_test_000-01_episode_raw.csv.gz"] },
  { folder: "flotation", mapping: "flotation", files: ["flotation_hourly_clean.csv"] },
  { folder: "gas_turbine_emission", mapping: "gas-turbine", files: ["gt_2011.csv.gz", "gt_2012.csv.gz", "gt_2013.csv.gz"] },
  {
    folder: "indpensim",
    mapping: "penicillin-batch",
    files: ["batch_seed42_b01_states.csv.gz", "batch_seed101_b01_states.csv.gz", "batch_seed102_b01_states.csv.gz"],
  },
  {
    folder: "skab",
    mapping: "skab",
    files: [
      "anomaly-free.csv.gz",
      "other_1.csv.gz",
      "other_5.csv.gz",
      "other_9.csv.gz",
      "other_11.csv.gz",
      "other_14.csv.gz",
      "valve1_0.csv.gz",
      "valve1_1.csv.gz",
      "valve1_6.csv.gz",
      "valve2_0.csv.gz",
      "valve2_1.csv.gz",
    ],
  },
  { folder: "tclab", mapping: "tclab-energy-balance", files: ["apm_energy_balance_mimo_600s.csv"] },
  { folder: "tclab", mapping: "tclab-second-order", files: ["apm_2nd_order_mimo_3s.csv"] },
  { folder: "tclab", mapping: "tclab-hybrid", files: ["apm_hybrid_mimo_3s.csv"] },
  { folder: "tclab", mapping: "tclab-higher-order", files: ["apm_higher_order_mimo_noheader.csv"] },
  { folder: "tclab", mapping: "tclab-kelvin", files: ["apm_step_test_siso_kelvin_noheader.csv"] },
  { folder: "tclab", mapping: "tclab-statistics", files: ["apm_1st_order_stats.csv"] },
  { folder: "hudson_bay", mapping: "hudson-bay", files: ["hudson-bay-lynx-hare.csv"] },
];
