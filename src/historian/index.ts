/**
 * Historian: what plants archive, as windows a calibration can trust. Takes files and servers, gives windows in model units, a portrait of
 * what was found, and generators of typical faults. May import core and compute.
 */

export { type Aggregated, type AggregateOptions, aggregate, aggregateDefaults } from "./alignment/aggregate.ts";
export { type AggregateName, aggregateBits, aggregateKinds } from "./alignment/aggregate-kinds.ts";
export { type AsOf, type AsOfOptions, type AsOfTable, asOfDefaults, asOfJoin } from "./alignment/as-of.ts";
export { type ClockFit, type ClockOptions, type ClockRefused, clockDefaults, clockLayer, fitClock, trueTimes } from "./alignment/clock.ts";
export { type DelayEstimate, type DelayOptions, type DelayToApply, delayDefaults, delayed, estimateDelay } from "./alignment/delay.ts";
export { cleanedSeries, inTimeOrder } from "./alignment/timeline.ts";
export { type Advance, type Revision, type Watermark, type WatermarkOptions, watermark } from "./alignment/watermark.ts";
export {
  type AssetContext,
  type AssetDefinition,
  type AssetDocument,
  type AssetEvent,
  type AssetLevel,
  type AssetVariable,
  levels as assetLevels,
  type SheetEntry,
} from "./assets/definition.ts";
export { type AssetAnswer, type AssetQuery, type AssetStretch, queryAssets } from "./assets/query.ts";
export { type Asset, type AssetTree, assetTree, type BoundVariable, readAssets } from "./assets/tree.ts";
export { type ComponentOptions, type MeasuredComposition, type ReconciledComponents, reconcileComponents } from "./balance/components.ts";
export { type BalanceDoubtOptions, balanceDoubts } from "./balance/doubts.ts";
export { type GrossError, type GrossErrorOptions, type GrossErrors, grossErrors } from "./balance/gross-errors.ts";
export type { BalanceNode, Balances, MeasuredStream } from "./balance/network.ts";
export { type GlobalTest, type Reconciled, type ReconciledStream, reconcile, type StreamKind } from "./balance/reconcile.ts";
export {
  type Binding,
  type BoundTag,
  bind,
  type ConstantBinding,
  type InputBinding,
  type MeasuredBinding,
  type TagBinding,
  type TagsOf,
} from "./bind.ts";
export type { BoundLab, LabFields, SampleTime } from "./bind-lab.ts";
export type { BoundPeriod, ReadingFields, TagPeriod } from "./bind-periods.ts";
export { archiveHoles, type Hole, type HoleRule, holeDefaults } from "./cleaning/archive-holes.ts";
export { type Cleaned, clean, type Habit } from "./cleaning/clean.ts";
export { groupFreezeLayers, zeroLayer } from "./cleaning/companions.ts";
export { rateOf } from "./cleaning/counter.ts";
export { type Handling, handlingOf } from "./cleaning/handling.ts";
export { bareView, inOrder, type Layer, type View, withLayer, withoutMethod } from "./cleaning/layers.ts";
export {
  type CompanionRule,
  type CounterRule,
  companionDefaults,
  type FrozenRule,
  type NoiseRule,
  type Rules,
  ruleDefaults,
  type SaturationRule,
  type SpeedRule,
  type SpikeRule,
} from "./cleaning/rules.ts";
export { screened, usualSpeeds } from "./cleaning/speed.ts";
export { intervalOf, type RepairRule } from "./cleaning/timestamp-repair.ts";
export {
  type ClockCheckOptions,
  type ClockComparison,
  clockCheckDefaults,
  compareClocks,
  type LagLine,
} from "./clocks/compare.ts";
export type { Lag } from "./clocks/lag.ts";
export { type ValidationGas, validationSpans } from "./context/analyser.ts";
export {
  type ContextDoubt,
  type ContextSpan,
  contextDoubts,
  doubtInside,
  doubtOutside,
  type Gate,
  spansOfState,
  spansWithin,
} from "./context/context.ts";
export { type Loop, loopContext } from "./context/loops.ts";
export { type Duration, type Moment, momentOf, secondsOf } from "./duration.ts";
export { editsBetween, type HistoryEdits, seriesHash, supersededLayer } from "./edits.ts";
export {
  bias,
  clockJump,
  disorder,
  drift,
  dropOut,
  duplicates,
  exceptionReport,
  type Faulted,
  freeze,
  late,
  losePoints,
  loseStatus,
  markBad,
  markSome,
  noisy,
  quantise,
  reportTimes,
  rescale,
  saturate,
  sentinels,
  spikes,
  swap,
  swingingDoor,
  truncateTimes,
} from "./faults/index.ts";
export { type BlockColumn, type FileOptions, fileDefaults, type GroupOption, type StatusOption, type TimeOption } from "./files/options.ts";
export { streamFile } from "./files/page-stream.ts";
export { type WriteOptions, writeCsv, writeParquet } from "./files/write.ts";
export { type MethodOptions, methodChange, methodDefaults } from "./laboratory/method-change.ts";
export { type Misprint, type MisprintOptions, misprintDefaults, misprintLayer, misprints } from "./laboratory/misprints.ts";
export { lateResultLayer, overdueSince } from "./laboratory/overdue.ts";
export { type Repeatability, repeatabilityLayer, repeatabilityOf, repeatabilitySuspicion } from "./laboratory/repeatability.ts";
export { sampleTimeSuspicion } from "./laboratory/sample-times.ts";
export { type SwapOptions, swapDefaults, swappedSamples } from "./laboratory/swapped-samples.ts";
export { type LiveOptions, liveWindows } from "./live/live.ts";
export { type Row, type RowReading, rowsOf } from "./live/rows.ts";
export { type Dropped, type LiveWindow, type Windower, type WindowerOptions, windower, windowerDefaults } from "./live/windower.ts";
export { bindMapping, type Mapping, mappingOf, openMapping, type ReviewNote, readMapping } from "./mapping/mapping.ts";
export { type ProposedMapping, type ProposedTag, proposeMapping, unknownUnit } from "./mapping/propose.ts";
export { type ModelImport, mappingJson, mappingTypeScript } from "./mapping/write.ts";
export { memorySource } from "./memory-source.ts";
export { type Historian, openHistorian, openSource } from "./open.ts";
export type { FlatLines } from "./portrait/flat.ts";
export { portraitPage } from "./portrait/page.ts";
export { type Portrait, type PortraitOptions, portraitDefaults, portraitOf, type TagPortrait } from "./portrait/portrait.ts";
export { type Quality, qualityOf } from "./portrait/quality.ts";
export type { Course, Stretch } from "./portrait/ribbon.ts";
export type { StatusCount } from "./portrait/statuses.ts";
export type { StepBin, Steps } from "./portrait/steps.ts";
export { portraitText } from "./portrait/text.ts";
export { type Prepared, type PrepareOptions, prepare, type Rejected } from "./prepare.ts";
export { type Evidence, type FindOptions, findPattern, type Match, type PatternResult } from "./query/find-pattern.ts";
export { parsePattern } from "./query/parse.ts";
export type { Pattern } from "./query/pattern.ts";
export { type ReadAtOptions, readAt } from "./read-at.ts";
export { type BoundPoints, readBound } from "./read-bound.ts";
export { type Averaged, between, type Series, type SeriesColumns, seriesOf, type TagInfo } from "./series.ts";
export type { Finding, Source, TimeRange } from "./source.ts";
export { isAddress } from "./sources/address-form.ts";
export type { Cell, CellOptions, Rows } from "./sources/cells.ts";
export { type DuckdbOptions, duckdbDefaults, duckdbSource } from "./sources/duckdb.ts";
export { type HttpAccess, httpDefaults, type Secret } from "./sources/http.ts";
export { type InfluxOptions, influxDefaults, influxSource } from "./sources/influx.ts";
export { type IotdbOptions, iotdbDefaults, iotdbSource } from "./sources/iotdb.ts";
export type { OpcUaAccess } from "./sources/opc-ua/connect.ts";
export { type OpcUaOptions, opcUaDefaults, opcUaSource } from "./sources/opc-ua/source.ts";
export { type PiOptions, piDefaults, piWebApiSource } from "./sources/pi-web-api.ts";
export { type PostgresqlOptions, postgresqlDefaults, postgresqlSource } from "./sources/postgresql.ts";
export type { Broker, BrokerListener, BrokerMessage, BrokerOptions } from "./sources/sparkplug/broker.ts";
export { type DataType, dataType } from "./sources/sparkplug/data-types.ts";
export { encodePayload, type Metric, type MetricProperty, type PayloadContent } from "./sources/sparkplug/encode.ts";
export { type SparkplugOptions, sparkplugDefaults, sparkplugSource } from "./sources/sparkplug/source.ts";
export { type SqlTable, sqlDefaults } from "./sources/sql.ts";
export { type Tabular, tabularSource } from "./sources/tabular.ts";
export type { StatusMap } from "./status-codes.ts";
export {
  type FollowOptions,
  follow,
  type Ingested,
  type IngestOptions,
  type IngestProgress,
  ingest,
  type PageStream,
} from "./store/ingest.ts";
export type { Period } from "./store/layout.ts";
export type { BatchIdentity } from "./store/log.ts";
export { type MapTagsOptions, mapTags } from "./store/map-tags.ts";
export { type StoreOptions, storeDefaults } from "./store/options.ts";
export { type StoreReadOptions, storeSource } from "./store/source.ts";
export type { Stage } from "./store/stage.ts";
export { openStore, type Store } from "./store/store.ts";
export { type Precedence, precedence } from "./suspicion/causality.ts";
export { compressionSuspicion } from "./suspicion/compressed.ts";
export { suspectedCounter } from "./suspicion/counter.ts";
export { type CusumAlarm, type CusumRule, cusum, cusumDefaults } from "./suspicion/cusum.ts";
export { aliasTags, renamedTags, replacedInstrument, swappedTags } from "./suspicion/identity.ts";
export { suspectedMetadata } from "./suspicion/metadata.ts";
export { lookalikeNames, normalisedName, type QualifiedTag, qualified, skeletonOf } from "./suspicion/names.ts";
export { suspectedOscillation } from "./suspicion/oscillation.ts";
export { compareWithReference, type ReferenceOptions, referenceDefaults } from "./suspicion/reference.ts";
export { suspectedSentinels } from "./suspicion/sentinels.ts";
export { doubt, type Suspicion, type SuspicionKind } from "./suspicion/suspicion.ts";
export { type WindowTable, windowFromTable } from "./table.ts";
export type { Measured, Window } from "./window.ts";
export {
  type ControlLoop,
  type ControlLoopOptions,
  type LoopSegment,
  type LoopSegments,
  loopDefaults,
  loopSegments,
} from "./windows/closed-loop.ts";
export type { ContextOptions, Excluded, ExclusionRule } from "./windows/context.ts";
export type { SelectRule } from "./windows/informative.ts";
export { type ModeRule, type ModeSpan, operatingModes } from "./windows/modes.ts";
export { sliceWindow, splitWindow, windowHash } from "./windows/slice.ts";
export type { Span } from "./windows/spans.ts";
export { type SteadyOptions, type SteadyState, steadyDefaults, steadyState, steadyTogether } from "./windows/steady/steady-state.ts";
export { zoneOf } from "./zone.ts";
