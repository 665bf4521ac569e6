import type { Api } from '../context.ts';
import type { QualityQueue } from './quality-queue.ts';

/** Takes up at the start what was not measured, and lets the one under way end before the application closes. */
export function registerQuality(app: Api, quality: QualityQueue): void {
  app.addHook('onReady', async () => {
    await quality.takeUp().catch((error: unknown) => {
      app.log.warn({ err: error }, 'slides without quality could not be listed');
    });
  });
  app.addHook('onClose', () => quality.idle());
}
