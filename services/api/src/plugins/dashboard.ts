import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { Api } from '../context.ts';

const BUILT = fileURLToPath(new URL('../../../dashboard/dist', import.meta.url));

/** Serves the built page, where it is built, with names that hold a hash kept by browsers for good. */
export async function registerDashboard(app: Api): Promise<void> {
  if (!existsSync(BUILT)) return;
  await app.register(fastifyStatic, {
    root: BUILT,
    wildcard: false,
    setHeaders: (response, path) => {
      response.header('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}
