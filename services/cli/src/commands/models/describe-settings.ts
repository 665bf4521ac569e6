import { type ChosenSettings, isSameRun, type RunSettings } from '@gigascope/contracts';

const SOURCES: Readonly<Record<ChosenSettings['from'], string>> = {
  stated: 'as GIGASCOPE_THREADS and GIGASCOPE_BATCH say',
  usual: 'the usual settings; `gigascope models calibrate` looks for better ones on this machine',
  remembered: 'calibrated',
  measured: 'calibrated just now',
};

/** How a network is run on this machine, in a line. */
export function describeSettings({ name, settings, squareCells, from, calibration, at }: ChosenSettings): string {
  const best = calibration?.tried.find((trial) => isSameRun(trial, settings));
  const when = from === 'remembered' ? ` on ${at}` : '';
  const rate = best === undefined ? '' : `, ${best.picturesPerSecond.toFixed(0)} pictures/s`;
  return `${name}: ${describeRun(settings, squareCells)} (${SOURCES[from]}${when}${rate}${reservation(calibration)})\n`;
}

/** Why a calibration left a network in the usual settings. */
function reservation(calibration: ChosenSettings['calibration']): string {
  if (calibration?.complete === false) return '; the machine was too busy to compare, so this is not remembered';
  if (calibration?.sameAnswers === false) return '; its answers depend on the settings, so it keeps the usual ones';
  return '';
}

export function describeRun({ sessions, threads, batchSize }: RunSettings, squareCells: number): string {
  const pictures = squareCells === 1 ? `batches of ${batchSize}` : `squares of ${squareCells ** 2} patches`;
  return `${count(sessions, 'session')} of ${count(threads, 'thread')}, ${pictures}`;
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
