import type { Api, Context } from '../context.ts';
import { sweepRetention } from './sweep-retention.ts';

const SWEEP_EVERY_MS = 3_600_000;

/** Takes up at the start the deletions that a killed process left, and every hour lets go what is no longer kept. */
export function registerRetention(app: Api, context: Context): void {
  let timer: NodeJS.Timeout | undefined;
  let sweeping: Promise<void> = Promise.resolve();
  const sweep = (): void => {
    sweeping = sweeping
      .then(() => sweepRetention(context, context.closing))
      .catch((error: unknown) => {
        app.log.warn({ err: error }, 'what is no longer kept could not be swept');
      });
  };
  app.addHook('onReady', async () => {
    sweep();
    timer = setInterval(sweep, SWEEP_EVERY_MS).unref();
  });
  app.addHook('onClose', async () => {
    clearInterval(timer);
    await sweeping;
  });
}
