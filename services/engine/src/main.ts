/** The process that runs models on slides. A crash of native code ends it alone; its parent starts a fresh one. */
import { engineProtocol } from '@gigascope/contracts';
import { serve } from '@gigascope/processes';
import { EngineHost } from './engine-host.ts';

const host = new EngineHost();

serve(
  engineProtocol,
  {
    load: (request) => host.load(request),
    plan: ({ analysisId, path, parameters }) => host.plan(analysisId, path, parameters),
    open: async ({ analysisId, path, plan }) => {
      await host.open(analysisId, path, plan);
      return {};
    },
    block: async ({ analysisId, block }) => ({ predictions: await host.predict(analysisId, block) }),
    release: async ({ analysisId }) => {
      await host.release(analysisId);
      return {};
    },
    figures: async () => host.figures(),
  },
  () => host[Symbol.asyncDispose](),
);
