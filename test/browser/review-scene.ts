import type { Lesion } from '@gigascope/contracts';
import type { Review, ReviewList, Slide } from '@gigascope/contracts/http';
import { paths } from '@gigascope/contracts/http';
import type { Page } from 'playwright-core';
import { asker } from '../support/access.ts';
import type { RunningApi } from '../support/running-api.ts';
import { ALONE, CELL_L0, enter } from './findings-scene.ts';

const at = (rank: number, xL0: number, yL0: number, probability: number): Lesion => ({
  ...{ rank, xL0, yL0, probability, diameterUm: 128, diameterUncertaintyUm: 64 },
  ...{ areaUm2: 16_384, sizeClass: 'itc' },
});

/** The first in the middle of a dark rectangle of tissue, the others where there is none. */
export const LESIONS: readonly Lesion[] = [
  at(1, (ALONE.x0L0 + ALONE.x1L0) / 2, (ALONE.y0L0 + ALONE.y1L0) / 2, 0.95),
  at(2, 640, 1152, 0.9),
  at(3, 2176, 1408, 0.85),
  at(4, 1408, 1920, 0.8),
];

/** The probability of a cell: 0.95 under the first lesion, and a slow rise over the columns elsewhere. */
export function probabilityAt(column: number, row: number): number {
  const [first] = LESIONS;
  const isFirst = first && column === Math.floor(first.xL0 / CELL_L0) && row === Math.floor(first.yL0 / CELL_L0);
  return isFirst ? 0.95 : 0.1 + column / 20;
}

export function enterLesions(api: RunningApi, slide: Slide): Promise<string> {
  const found = { lesions: [...LESIONS], score: 0.95, scoreMeaning: 'highest-probability', positive: true } as const;
  return enter(api, slide, 'classify', { ...found, lesions: [...LESIONS], map: probabilityAt });
}

/** Signs in with a key on the page's own form. */
export async function signIn(page: Page, key: string): Promise<void> {
  await page.getByLabel('Key', { exact: true }).fill(key);
  await page.getByRole('button', { name: 'Sign in with a key' }).click();
  await page.getByLabel('Key', { exact: true }).waitFor({ state: 'hidden' });
}

/** The key's own review of an analysis, as the API shows it. */
export async function ownReview(url: string, key: string, analysisId: string): Promise<Review> {
  const ask = asker(url, key);
  const { items } = (await (await ask(paths.reviewsOfAnalysis(analysisId))).json()) as ReviewList;
  const id = items.find(({ own }) => own)?.id ?? '';
  return (await (await ask(paths.review(id))).json()) as Review;
}
