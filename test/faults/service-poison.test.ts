import { appendFile, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { paintMetastasisPhantom } from '@gigascope/phantom';
import { MAX_ATTEMPTS } from '@gigascope/store';
import { expect, it } from 'vitest';
import { endsOf, expectEndedOnce } from '../support/analysis-record.ts';
import { temporaryFolder } from '../support/fixtures.ts';
import { startInstallation } from '../support/installation.ts';
import { POISON_MARK } from '../support/poison-preload.ts';

const PRELOAD = new URL('../support/poison-preload.ts', import.meta.url).href;
const PARAMETERS = { blockCells: 8 };
const HEALTHY = 3;

it(`ends a slide that ends every engine as NATIVE_CRASH after ${MAX_ATTEMPTS} attempts, and ${HEALTHY} others beside it right`, async () => {
  await using work = await temporaryFolder();
  const slide = join(work.path, 'phantom.svs');
  await paintMetastasisPhantom({ seed: 3004, widthPx: 2500, heightPx: 2000, out: slide, format: 'aperio' });
  const poison = join(work.path, 'poison.svs');
  await copyFile(slide, poison);
  await appendFile(poison, POISON_MARK);
  await using installation = await startInstallation({
    backend: 'postgres',
    workerEnv: { NODE_OPTIONS: `--import=${PRELOAD}` },
  });
  const { id: slideId } = await installation.upload(slide);
  const { id: poisonId } = await installation.upload(poison);
  const first = await installation.submit(slideId, PARAMETERS);
  await installation.wait(first);
  const undisturbed = await installation.hashes(first);

  const poisoned = await installation.submit(poisonId, PARAMETERS);
  const healthy = await Promise.all(Array.from({ length: HEALTHY }, () => installation.submit(slideId, PARAMETERS)));
  expect(await installation.wait(poisoned)).toMatchObject({
    state: 'failed',
    error: { code: 'NATIVE_CRASH' },
  });
  for (const id of healthy) await expectEndedOnce(installation, id, undisturbed);
  expect(await endsOf(installation, poisoned)).toEqual([{ kind: 'failed', code: 'NATIVE_CRASH' }]);
  const [figures] = await installation.query(
    `SELECT (SELECT error_detail FROM analyses WHERE id = $1) AS detail,
       (SELECT max(failures) FROM tasks WHERE analysis_id = $1)::integer AS failures,
       (SELECT count(*) FROM tasks WHERE analysis_id = $1 AND kind = 'block' AND error_code IS NULL)::integer AS blocks,
       (SELECT count(*) FROM artifacts WHERE analysis_id = $1)::integer AS artifacts`,
    [poisoned],
  );
  expect(figures).toEqual({
    detail: expect.stringContaining('SIGSEGV'),
    failures: MAX_ATTEMPTS,
    blocks: 0,
    artifacts: 0,
  });
}, 300_000);
