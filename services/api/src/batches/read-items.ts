import type { SubmitBatch } from '@gigascope/contracts/http';
import type { z } from 'zod';
import { dateOf } from '../routes/analyses/date-of.ts';
import type { AskedAnalysis } from './asked-analysis.ts';

/** What a batch sent as JSON asks for: its items, or each of its slides by each of its models. */
export function readItems(batch: z.output<typeof SubmitBatch>): readonly AskedAnalysis[] {
  const { slideIds = [], models = [], items, parameters, lane, priority, deadline } = batch;
  const common = { parameters, lane, priority, deadline: dateOf(deadline) };
  if (items === undefined) {
    return slideIds.flatMap((slide, i) =>
      models.map((model) => ({ place: `/slideIds/${i}`, slide, model, ...common })),
    );
  }
  return items.map((item, i) => ({
    ...{ place: `/items/${i}`, slide: item.slideId, model: item.model },
    ...{ parameters: item.parameters ?? parameters, lane: item.lane ?? lane, priority: item.priority ?? priority },
    deadline: dateOf(item.deadline ?? deadline),
  }));
}
