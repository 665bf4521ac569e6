import type { ImportDetails } from '@gigascope/contracts';

type Three = readonly [number, number, number];

/** What becomes of a byte b before the network sees it: b · factor + offset, by the model's own channels. */
export interface Normalisation {
  readonly factor: Three;
  readonly offset: Three;
  /** For people. */
  readonly words: string;
}

/** Means and standard deviations that torchvision and timm use, of R, G, B in 0 … 1. */
const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;

const SCALES = {
  '1/255': { factor: 1 / 255, offset: 0, words: 'b / 255' },
  '-1..1': { factor: 1 / 127.5, offset: -1, words: 'b / 127.5 − 1' },
  none: { factor: 1, offset: 0, words: 'bytes as they are' },
} as const;

const BY_NAME = { imagenet: '1/255', unit: '1/255', signed: '-1..1', none: 'none' } as const;

/** Reads the normalisation out of what was stated, in double precision; null where nothing was. */
export function normalisationOf(
  details: Pick<ImportDetails, 'normalisation' | 'scale' | 'mean' | 'std' | 'colour'>,
): Normalisation | null {
  const { normalisation, scale, colour = 'RGB' } = details;
  if (normalisation === undefined && scale === undefined && details.mean === undefined) return null;
  const preset = normalisation === 'imagenet' ? inOrder(IMAGENET, colour) : undefined;
  const mean = details.mean ?? preset?.mean ?? [0, 0, 0];
  const std = details.std ?? preset?.std ?? [1, 1, 1];
  // A mean below 2 is of values from 0 to 1; one of bytes is larger.
  const scaling = scale ?? (normalisation === undefined ? scaleFor(mean) : BY_NAME[normalisation]);
  const { factor, offset, words } = SCALES[scaling];
  const shifted = [0, 1, 2].some((c) => mean[c] !== 0 || std[c] !== 1);
  return {
    factor: [factor / std[0], factor / std[1], factor / std[2]],
    offset: [(offset - mean[0]) / std[0], (offset - mean[1]) / std[1], (offset - mean[2]) / std[2]],
    words: shifted ? `${words}, less mean ${mean.join(' ')}, over deviation ${std.join(' ')}` : words,
  };
}

function inOrder({ mean, std }: typeof IMAGENET, colour: 'RGB' | 'BGR'): { mean: Three; std: Three } {
  if (colour === 'RGB') return { mean, std };
  return { mean: [mean[2], mean[1], mean[0]], std: [std[2], std[1], std[0]] };
}

function scaleFor(mean: Three): keyof typeof SCALES {
  return Math.max(...mean) < 2 ? '1/255' : 'none';
}
