/** The process that runs models on slides. A crash of native code ends it alone; its parent starts a fresh one. */
import { engineProtocol } from '@gigascope/contracts';
import { importModel } from '@gigascope/models';
import { serve } from '@gigascope/processes';
import { calibrateStage } from './choose-settings.ts';
import { EngineHost } from './engine-host.ts';

const host = new EngineHost();

serve(
  engineProtocol,
  {
    load: (request) => host.load(request),
    calibrate: ({ bundleFolder, stage, ...options }) => calibrateStage({ bundleFolder, stage }, options),
    plan: ({ analysisId, path, urgency, ...how }) => host.plan(analysisId, path, how, urgency),
    open: async ({ analysisId, path, plan }) => {
      await host.open(analysisId, path, plan);
      return {};
    },
    block: async ({ analysisId, stage, block, urgency }) => ({
      output: await host.runBlock(analysisId, stage, block, urgency),
    }),
    patch: async ({ analysisId, stage, ...cell }) => ({ patch: (await host.patch(analysisId, stage, cell)).data }),
    activation: ({ stage, patch }) => host.activation(stage, patch),
    activationPicture: async ({ analysisId, stage, xL0, yL0 }) => ({
      png: await host.activationPicture(analysisId, stage, { x: xL0, y: yL0 }),
    }),
    infer: async ({ stage, patches, count }) => ({ outputs: await host.infer(stage, patches, count) }),
    importModel: ({ path, details, target }) => importModel(path, details, target),
    release: async ({ analysisId, stage }) => {
      await host.release(analysisId, stage);
      return {};
    },
    figures: async () => host.figures(),
  },
  () => host[Symbol.asyncDispose](),
);
