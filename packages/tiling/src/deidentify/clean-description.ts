import { isTechnicalAperio } from '@gigascope/contracts';

/** Words of the maker and of the coding; versions, sizes and places on the slide. */
const WORDS: readonly RegExp[] = [
  /^(?:Aperio|Image|Library|Leica|Biosystems|GT450|DX|AT2|CS2)$/,
  /^v?\d{1,4}(?:\.\d{1,5}){0,4}$/,
  /^[[(]?\d{1,7}[x,]\d{1,7}[\])]?$/,
  /^(?:JPEG|JPEG\/RGB|JPEG\/YCC|J2K|J2K\/KDU|J2K\/YUV16|LZW|RAW|NONE|->|-)$/,
  /^Q=\d{1,3}$/,
];

/**
 * Keeps of Aperio's ImageDescription what is known to be technical: its two head lines word by word, then `key = value` parts
 * that are numbers of the scan. Nothing is added, so that the result is never longer.
 */
export function cleanAperioDescription(description: string): string {
  const [head = '', ...parts] = description.split('|');
  const lines = head.split('\n').map((line) => knownWords(line));
  const pairs = parts.map((part) => part.trim()).filter(isTechnicalPair);
  return [lines.join('\n'), ...pairs].join('|');
}

function knownWords(line: string): string {
  const words = line.split(/\s+/);
  return words.filter((word) => WORDS.some((known) => known.test(word))).join(' ');
}

function isTechnicalPair(part: string): boolean {
  const at = part.indexOf('=');
  return at > 0 && isTechnicalAperio(part.slice(0, at).trim(), part.slice(at + 1).trim());
}
