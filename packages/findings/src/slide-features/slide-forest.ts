import { GigascopeError } from '@gigascope/contracts';
import { RandomForestClassifier } from 'ml-random-forest';
import type { FeatureRow } from './feature-table.ts';
import type { SlideFeatures } from './heatmap-features.ts';

export interface ForestSettings {
  readonly trees: number;
  /** Share of the features that a tree sees (Ho 1998, random subspaces); each tree is grown on slides drawn with replacement (Breiman 2001). */
  readonly featureShare: number;
  readonly maxDepth: number;
  /** Slides in a leaf's parent, at least. */
  readonly minSlides: number;
  readonly seed: number;
}

export const FOREST_DEFAULTS: ForestSettings = { trees: 100, featureShare: 0.3, maxDepth: 20, minSlides: 2, seed: 1 };

type ForestModel = ReturnType<RandomForestClassifier['toJSON']>;

/** A trained forest as plain JSON: slide-forest.json of a bundle. */
export interface SlideForest {
  readonly schemaVersion: 1;
  /** Names of the features it reads, in their order. */
  readonly features: readonly string[];
  readonly settings: ForestSettings;
  readonly slides: { readonly tumour: number; readonly normal: number };
  readonly model: ForestModel;
}

/**
 * Grows a random forest that gives the probability of tumour from a slide's features: the share of trees that call it so. The same rows and settings give the same forest. Trees are classifiers, because ml-cart's
 * regression trees (2.1) refuse a first split that leaves no error. Throws ARGUMENT_INVALID unless both kinds of slide are present
 * and all rows have the same columns.
 */
export function trainSlideForest(rows: readonly FeatureRow[], changes: Partial<ForestSettings> = {}): SlideForest {
  const settings = { ...FOREST_DEFAULTS, ...changes };
  const tumour = rows.filter((row) => row.tumour).length;
  const features = rows[0]?.names ?? [];
  if (tumour === 0 || tumour === rows.length)
    throw new GigascopeError('ARGUMENT_INVALID', 'a forest needs tumour and normal slides');
  for (const row of rows) checkFeatures(features, row);
  const forest = new RandomForestClassifier({
    seed: settings.seed,
    nEstimators: settings.trees,
    // Two at least: the library reads 1 as the share, so as all.
    maxFeatures: Math.max(Math.min(2, features.length), Math.round(settings.featureShare * features.length)),
    replacement: false,
    useSampleBagging: true,
    noOOB: true,
    treeOptions: { maxDepth: settings.maxDepth, minNumSamples: settings.minSlides, gainThreshold: 0 },
  });
  forest.train(
    rows.map(({ values }) => [...values]),
    rows.map((row) => (row.tumour ? 1 : 0)),
  );
  return {
    schemaVersion: 1,
    features,
    settings,
    slides: { tumour, normal: rows.length - tumour },
    model: forest.toJSON(),
  };
}

/** Gives each slide's probability of tumour, 0 … 1. Throws ARGUMENT_INVALID unless the features are those the forest was trained on. */
export function scoreSlides(forest: SlideForest, slides: readonly SlideFeatures[]): number[] {
  for (const slide of slides) checkFeatures(forest.features, slide);
  if (slides.length === 0) return [];
  const votes = RandomForestClassifier.load(forest.model).predictionValues(slides.map(({ values }) => [...values]));
  return slides.map((_, k) => tumourShare(votes.getRow(k)));
}

/** The library's own `predictProbability` drops the first tree's vote (2.1). */
function tumourShare(votes: readonly number[]): number {
  return votes.reduce((sum, vote) => sum + vote, 0) / votes.length;
}

/** `scoreSlides` of one slide. */
export function scoreSlide(forest: SlideForest, slide: SlideFeatures): number {
  return scoreSlides(forest, [slide])[0] as number;
}

/** Takes a forest from a bundle's JSON. Throws ARGUMENT_INVALID when it is none. */
export function parseSlideForest(text: string): SlideForest {
  try {
    const forest = JSON.parse(text) as SlideForest;
    if (forest.schemaVersion !== 1 || !Array.isArray(forest.features))
      throw new TypeError('no slide forest of version 1');
    scoreSlide(forest, { names: forest.features, values: forest.features.map(() => 0) });
    return forest;
  } catch (cause) {
    throw new GigascopeError('ARGUMENT_INVALID', 'slide-forest.json is no forest that can be used', { cause });
  }
}

function checkFeatures(names: readonly string[], slide: SlideFeatures): void {
  const same = slide.names.length === names.length && slide.names.every((name, k) => name === names[k]);
  if (same && slide.values.length === names.length && slide.values.every(Number.isFinite)) return;
  throw new GigascopeError('ARGUMENT_INVALID', 'a slide’s features are not those that the forest knows');
}
