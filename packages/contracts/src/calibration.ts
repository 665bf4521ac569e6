import { z } from 'zod';

/** How a network is run. Nothing that it answers depends on them. */
export const RunSettings = z.object({
  /** Copies of the network that run side by side. */
  sessions: z.int().positive(),
  /** Of one run. */
  threads: z.int().positive(),
  /** Pictures of one run. */
  batchSize: z.int().positive(),
});
export type RunSettings = z.infer<typeof RunSettings>;

export function isSameRun(a: RunSettings, b: RunSettings): boolean {
  return a.sessions === b.sessions && a.threads === b.threads && a.batchSize === b.batchSize;
}

/** What a short trial of a network found on one machine. */
export const Calibration = z.object({
  /** The chosen ones. */
  settings: RunSettings,
  /** In the order in which they were tried, beside a thread that works as one that reads a slide. */
  tried: z.array(RunSettings.extend({ picturesPerSecond: z.number().nonnegative() })),
  /** Whether the same pictures got the same answers in all of them, bit for bit. Where not, the settings are the usual ones. */
  sameAnswers: z.boolean(),
  /** false: there was no time to compare every way of sharing processors out; then, too, the settings are the usual ones. */
  complete: z.boolean(),
});
export type Calibration = z.infer<typeof Calibration>;

/** All that a calibration depends on; on any other machine, network or wish it says nothing. */
export const CalibrationKey = z.strictObject({
  /** Of the network, for people. */
  name: z.string(),
  modelSha256: z.string(),
  runtime: z.string(),
  provider: z.enum(['cpu', 'cuda']),
  orientations: z.union([z.literal(1), z.literal(8)]),
  /** Cells along the side of what is cut. */
  squareCells: z.int().positive(),
  processor: z.string(),
  /** That this process may use: fewer than the machine's in a container with a limit, or when bound to some. */
  processors: z.int().positive(),
  /** What somebody stated; null: free. */
  threads: z.int().positive().nullable(),
  batchSize: z.int().positive().nullable(),
});
export type CalibrationKey = z.infer<typeof CalibrationKey>;

/** A calibration as it is remembered. */
export const CalibrationRecord = z.strictObject({
  key: CalibrationKey,
  at: z.iso.datetime(),
  calibration: Calibration,
});
export type CalibrationRecord = z.infer<typeof CalibrationRecord>;

/** Where calibrations are remembered, and whether one is made. */
export const CalibrationWish = z.object({
  /** Of their files. */
  folder: z.string().min(1),
  /** once: where none is remembered; anew: even then; never: what is remembered, or the usual settings. */
  when: z.enum(['once', 'anew', 'never']),
  /** How long it may take; absent: five seconds. */
  budgetMs: z.number().positive().optional(),
});
export type CalibrationWish = z.infer<typeof CalibrationWish>;

/** The settings of one loaded network and where they come from. */
export const ChosenSettings = z.object({
  /** Of the network. */
  name: z.string(),
  settings: RunSettings,
  /** Cells along the side of what a slide is cut into: 1 for patches, of which a batch holds several; of squares it holds one. */
  squareCells: z.int().positive(),
  from: z.enum(['stated', 'usual', 'remembered', 'measured']),
  calibration: Calibration.nullable(),
  /** When it was calibrated. */
  at: z.iso.datetime().nullable(),
});
export type ChosenSettings = z.infer<typeof ChosenSettings>;
