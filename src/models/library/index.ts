/**
 * Library of process modules: reactors, tanks, exchangers, separators, valves, kinetics and properties.
 *
 * SI units and seconds throughout, but for what biology (g/L, h) and the evaporator (kg/min, kPa) are used to. A module is a model like any
 * other; one whose size can be chosen is a function that gives one. `docs/library.md` has them in a table.
 */
export { fedBatchFermenter } from "./biology/fed-batch-fermenter.ts";
export { haldaneChemostat } from "./biology/haldane-chemostat.ts";
export { monodChemostat } from "./biology/monod-chemostat.ts";
export { firstOrderSensor, firstOrderSensorDefaults } from "./control/first-order-sensor.ts";
export { type ControllerSettings, pi, pid, pidDefaults } from "./control/pid.ts";
export { centrifugalPump } from "./flow/centrifugal-pump.ts";
export { colebrookFriction } from "./flow/colebrook-friction.ts";
export { equalPercentageValve } from "./flow/equal-percentage-valve.ts";
export { gasValve } from "./flow/gas-valve.ts";
export { haalandFriction } from "./flow/haaland-friction.ts";
export { laminarFriction } from "./flow/laminar-friction.ts";
export { linearValve } from "./flow/linear-valve.ts";
export { mixer } from "./flow/mixer.ts";
export { pipeDelay, pipeDelayDefaults } from "./flow/pipe-delay.ts";
export { pipePressureDrop } from "./flow/pipe-pressure-drop.ts";
export { quickOpeningValve } from "./flow/quick-opening-valve.ts";
export { splitter } from "./flow/splitter.ts";
export { coCurrentExchanger, coCurrentExchangerDefaults } from "./heat/co-current-exchanger.ts";
export { counterCurrentExchanger, counterCurrentExchangerDefaults } from "./heat/counter-current-exchanger.ts";
export { dryer } from "./heat/dryer.ts";
export { evaporator } from "./heat/evaporator.ts";
export { jacket } from "./heat/jacket.ts";
export { arrhenius } from "./kinetics/arrhenius.ts";
export { langmuirHinshelwood } from "./kinetics/langmuir-hinshelwood.ts";
export { antoine } from "./properties/antoine.ts";
export { type AntoineConstants, antoineConstants } from "./properties/antoine-constants.ts";
export { shomate } from "./properties/shomate.ts";
export { type ShomateConstants, shomateConstants } from "./properties/shomate-constants.ts";
export { batchReactor } from "./reactors/batch-reactor.ts";
export { exothermicCstr } from "./reactors/exothermic-cstr.ts";
export { fedBatchReactor } from "./reactors/fed-batch-reactor.ts";
export { isothermalCstr } from "./reactors/isothermal-cstr.ts";
export { plugFlowDefaults, plugFlowReactor } from "./reactors/plug-flow-reactor.ts";
export { absorber, absorberDefaults } from "./separation/absorber.ts";
export { distillationColumn, distillationColumnDefaults } from "./separation/distillation-column.ts";
export { distillationTray } from "./separation/distillation-tray.ts";
export { flashDrum } from "./separation/flash-drum.ts";
export { closedTank } from "./tanks/closed-tank.ts";
export { openTank } from "./tanks/open-tank.ts";
export { overflowTank } from "./tanks/overflow-tank.ts";
