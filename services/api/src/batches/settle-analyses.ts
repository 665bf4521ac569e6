import type { Problem } from '@gigascope/contracts/http';
import type { NewAnalysis, SlideReference, Store } from '@gigascope/store';
import { RequestProblem } from '../problem.ts';
import type { AskedAnalysis } from './asked-analysis.ts';

/**
 * Finds the slides and models that a batch names.
 * @throws RequestProblem BATCH_INVALID with an issue for each analysis that cannot be done.
 */
export async function settleAnalyses(
  store: Store,
  tenantId: string,
  asked: readonly AskedAnalysis[],
): Promise<readonly NewAnalysis[]> {
  const { slides, models } = await store.batches.find(tenantId, {
    slides: asked.map(({ slide }) => slide),
    models: asked.map(({ model }) => model),
  });
  const issues: NonNullable<Problem['issues']> = [];
  const settled = asked.flatMap(({ place, slide, model, ...rest }) => {
    const found = slides.get(slide);
    const modelId = models.get(model);
    const wrong = wrongOf(found) ?? (modelId === undefined ? 'there is no such model' : null);
    if (wrong !== null) issues.push({ path: place, message: wrong });
    if (found === undefined || found === 'ambiguous' || modelId === undefined) return [];
    return [{ slideId: found.id, modelId, ...rest }];
  });
  if (issues.length > 0) throw new RequestProblem('BATCH_INVALID', issues);
  return settled;
}

function wrongOf(slide: SlideReference | undefined): string | null {
  if (slide === undefined) return 'there is no such slide';
  if (slide === 'ambiguous') return 'several slides have this name: give the id or the SHA-256';
  return slide.state === 'ready' ? null : `the slide is not ready: ${slide.state}`;
}
