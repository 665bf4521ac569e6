import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type BundleManifest, GigascopeError, type ImportDetails } from '@gigascope/contracts';
import type { ModelRow, Store } from '@gigascope/store';
import type { Context } from '../context.ts';
import { RequestProblem } from '../problem.ts';
import { patientChunks } from '../uploads/patient-chunks.ts';
import type { ModelImporter } from './model-importer.ts';

/** ONNX's own limit for one file. */
const MAX_MODEL_BYTES = 2 ** 31 - 1;

/**
 * Takes a model in: to disk under a name of our own, imported and tried out in a process of its own, and only then
 * registered. Whatever fails leaves neither file nor row; the same bundle a second time is the row that is there.
 * @throws GigascopeError MODEL_DETAILS_MISSING with an issue for each detail, MODEL_UNSUPPORTED, MODEL_OUTPUT_INVALID,
 * COMPANION_OUTSIDE_SLIDE, ARGUMENT_INVALID, UPLOAD_TOO_LARGE, STORAGE_FULL, BUSY, …
 */
export async function acceptModel(
  { blobs, limits, store }: Context,
  importer: ModelImporter,
  body: { readonly source: Readable; readonly announcedBytes: number },
  details: ImportDetails,
): Promise<ModelRow> {
  const maxBytes = Math.min(limits.maxUploadBytes, MAX_MODEL_BYTES);
  if (body.announcedBytes > maxBytes) throw new GigascopeError('UPLOAD_TOO_LARGE');
  // The bundle is as large again.
  await blobs.checkSpace(2 * body.announcedBytes + limits.reservedDiskBytes);
  await using leftovers = new AsyncDisposableStack();
  // In a folder of its own, so that no weights can be named that lie beside it.
  const { key } = await blobs.put(patientChunks(body.source, limits.uploadIdleMs), {
    extension: '.onnx',
    ownFolder: true,
    maxBytes,
  });
  leftovers.defer(() => blobs.delete(key));
  const folder = join(blobs.modelsFolder, randomUUID());
  await using unregistered = new AsyncDisposableStack();
  unregistered.defer(() => rm(folder, { recursive: true, force: true }));
  const outcome = await importer.import(blobs.path(key), details, folder);
  if (outcome.state === 'incomplete') {
    const issues = outcome.missing.map(({ field, what }) => ({ path: `/${field}`, message: what }));
    throw new RequestProblem('MODEL_DETAILS_MISSING', issues, outcome.found.join('. '));
  }
  const { manifest, sha256 } = outcome;
  const known = await findKnown(store, manifest, sha256);
  if (known !== null) return known;
  const row = await store.models.register(manifest, sha256, folder);
  unregistered.move();
  return row;
}

/** The row of that very bundle. Throws ARGUMENT_INVALID where another one has its name and version. */
async function findKnown(store: Store, { name, version }: BundleManifest, sha256: string): Promise<ModelRow | null> {
  const models = await store.models.list();
  const same = models.find((model) => model.sha256 === sha256);
  if (same !== undefined) return same;
  if (models.some((model) => model.name === name && model.version === version))
    throw new GigascopeError('ARGUMENT_INVALID', `another model is ${name} ${version} already: state another version`);
  return null;
}
