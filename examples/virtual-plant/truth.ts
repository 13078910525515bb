/** What the virtual plant is made of: the truth that the calibration looks for, and that only the last table reads. */

export const truth = {
  /** Volume of the tank [L]. */
  V: 1000,
  /** Heat content of the liquid [J/(L K)]. */
  rhoCp: 3900,
  /** Rate constant at `Tref` [1/min]. */
  kRef: 0.37,
  Tref: 345,
  /** Activation energy over gas constant [K]. */
  EoverR: 8500,
  /** Heat of reaction [J/mol]. */
  dH: -75e3,
  /** Heat transfer [J/(min K)]. */
  UA: 1.5e5,
  /** Feed flow up to which the tank is well mixed [L/min]. */
  designFlow: 50,
  /** Share of the feed that passes unmixed, per share of throughput above the design. */
  bypass: 0.2,
  /** Volume of the jacket [L], and heat content of the coolant [J/(L K)]. */
  VJacket: 150,
  rhoCpJacket: 4180,
  /** Largest coolant flow [L/min]. */
  coolantLimit: 120,
} as const;

/** The controller of the tank's temperature: PI, acting on the set-point of the coolant flow. */
export const controller = { gain: 6, resetMinutes: 12, bias: 40 } as const;
