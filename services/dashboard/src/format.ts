/** Numbers as a person reads them, in the language that is shown. */
import { language } from './i18n/language.ts';

const made = new Map<string, Intl.NumberFormat>();

/** Making one costs far more than using it. */
function numbers(name: string, options: Intl.NumberFormatOptions): Pick<Intl.NumberFormat, 'format'> {
  return {
    format: (value) => {
      const key = `${language.get()} ${name}`;
      const format = made.get(key) ?? new Intl.NumberFormat(language.get(), options);
      made.set(key, format);
      return format.format(value);
    },
  };
}

const digits = (count: number) =>
  numbers(String(count), { minimumFractionDigits: count, maximumFractionDigits: count });
const whole = digits(0);
const oneDigit = digits(1);
const twoDigits = digits(2);
const threeDigits = digits(3);
const compact = numbers('compact', { notation: 'compact', maximumSignificantDigits: 3 });

export const formatCount = (count: number): string => whole.format(count);

/** A count where there is little room: "9,812", "31.2K". */
export const formatShortCount = (count: number): string => (count < 10_000 ? whole : compact).format(count);

/** Bytes in decimal units, as file managers and networks count them: "999 B", "1.5 kB", "20.8 MB". */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let [value, unit] = [bytes, 0];
  while (Number(value.toFixed(unit === 0 ? 0 : 1)) >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${(unit === 0 ? whole : oneDigit).format(value)} ${units[unit]}`;
}

/** Time left, coarser the longer it is: "8 s", "3 min", "2 h 05 min". Rounds up, so that it never promises too much. */
export function formatDuration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** A probability with three digits; never rounded up to 1, nor over a threshold: "0.4996" reads 0.499. */
export function formatProbability(probability: number): string {
  return threeDigits.format(Math.floor(probability * 1000 + 1e-9) / 1000);
}

/** A length on the slide: "85 µm", "1.50 mm". */
export function formatLengthUm(um: number): string {
  return um < 1000 ? `${whole.format(um)} µm` : `${twoDigits.format(um / 1000)} mm`;
}

/** An area on the slide: "41 µm²", "0.188 mm²"; in the unit of `like`, so that areas beside each other have one. */
export function formatAreaUm2(um2: number, like = um2): string {
  return like < 10_000 ? `${whole.format(um2)}\u00a0µm²` : `${threeDigits.format(um2 / 1e6)}\u00a0mm²`;
}

/** A share in per cent with one digit; never rounded up, so that it stays on its side of a limit: 0.0999 reads "9.9 %". */
export function formatShare(share: number): string {
  return `${oneDigit.format(Math.floor(share * 1000 + 1e-9) / 10)}\u00a0%`;
}

/** A scale bar's round length, without needless digits: "200 µm", "2 mm", "0.5 µm". */
export function formatScaleUm(um: number): string {
  return um < 1000 ? `${Number(um.toPrecision(1))} µm` : `${Number((um / 1000).toPrecision(1))} mm`;
}

/** "20×", "2.5×". */
export function formatMagnification(power: number): string {
  return `${power < 10 ? Number(power.toPrecision(2)) : Math.round(power)}×`;
}

export const formatMpp = (mpp: number): string => `${threeDigits.format(mpp)} µm/px`;

export function formatInstant(iso: string): string {
  return new Intl.DateTimeFormat(language.get(), { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso));
}

const AGES: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** How long ago, by its largest unit: "3 hr. ago", "5 days ago"; under a minute "now". */
export function formatAge(iso: string, nowMs: number): string {
  const ageMs = Math.max(0, nowMs - Date.parse(iso));
  const [unit, unitMs] = AGES.find(([, size]) => ageMs >= size) ?? ['second', Number.POSITIVE_INFINITY];
  const format = new Intl.RelativeTimeFormat(language.get(), { numeric: 'auto', style: 'short' });
  return format.format(-Math.floor(ageMs / unitMs), unit);
}

/** A measured figure with three digits after the point; a count as a count. */
export const formatFigure = (value: number): string =>
  (Number.isInteger(value) && value > 1 ? whole : threeDigits).format(value);
