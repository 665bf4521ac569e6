/** Of the random points of this run; printed, and taken from FAULT_SEED to repeat one. */
export const seed = Number(process.env['FAULT_SEED'] ?? Date.now() % 1_000_000);
