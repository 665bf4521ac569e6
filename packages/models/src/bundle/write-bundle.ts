import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ModelManifest, toGigascopeError } from '@gigascope/contracts';
import { engineOf } from '../engines/registry.ts';
import {
  CARD_FILE,
  GOLDEN_FILE,
  MANIFEST_FILE,
  MANIFEST_HASH_FILE,
  MODEL_FILE,
  requireInside,
  sha256,
} from './files.ts';
import { goldenPatch, runGolden } from './golden.ts';
import { manifestHashLine } from './load-bundle.ts';
import type { ManifestDraft } from './manifest-draft.ts';
import { modelCard } from './model-card.ts';
import { checkNetwork, type Network, networkOf } from './network-files.ts';

/**
 * Writes a whole bundle: hashes, trainable parameters, the golden patch and its output from the real runtime, the
 * model card (`card`, or one made from the manifest). The folder appears whole or not at all, and an older one of
 * that name is replaced. Throws what `loadBundle` throws for a model that does not fit, and STORAGE_FULL.
 */
export async function writeBundle(
  folder: string,
  bundle: {
    readonly draft: ManifestDraft;
    /** model.onnx; absent where TensorFlow.js runs the network, whose files are among the companions. */
    readonly model?: Uint8Array;
    readonly card?: string;
    /** Further files by their path in the folder; they are hashed and listed too. */
    readonly companions?: ReadonlyMap<string, Uint8Array>;
  },
): Promise<ModelManifest> {
  const { draft } = bundle;
  const companions = new Map(bundle.companions);
  if (bundle.model !== undefined) companions.set(MODEL_FILE, bundle.model);
  for (const name of companions.keys()) requireInside(name);
  const network = networkOf(draft, companions);
  const golden = goldenPatch(draft.patchSizePx);
  const card = bundle.card ?? modelCard(draft);
  const placeholder = { file: GOLDEN_FILE, expected: [0], tolerance: 1e-4 };
  const unchecked = { ...draft, files: {}, golden: placeholder, parameterCount: 1 };
  const parameterCount = checkNetwork(network, ModelManifest.parse(unchecked));
  const manifest = ModelManifest.parse({
    ...draft,
    parameterCount,
    files: {
      ...Object.fromEntries([...companions].map(([name, bytes]) => [name, sha256(bytes)])),
      [CARD_FILE]: sha256(card),
      [GOLDEN_FILE]: sha256(golden),
    },
    golden: {
      ...placeholder,
      expected: await goldenOutput(draft, network, golden, 1),
      ...(draft.task === 'classify' && { expectedOver8Orientations: await goldenOutput(draft, network, golden, 8) }),
    },
  });
  const manifestBytes = new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
  await replaceFolder(folder, [
    ...companions,
    [GOLDEN_FILE, golden],
    [CARD_FILE, new TextEncoder().encode(card)],
    [MANIFEST_FILE, manifestBytes],
    [MANIFEST_HASH_FILE, new TextEncoder().encode(manifestHashLine(manifestBytes))],
  ]);
  return manifest;
}

async function goldenOutput(
  draft: ManifestDraft,
  network: Network<Uint8Array>,
  golden: Uint8Array,
  orientations: 1 | 8,
): Promise<number[]> {
  await using engine = await engineOf(draft).once({ ...network, manifest: draft, batchSize: 1, orientations });
  return await runGolden(engine, draft.task, golden);
}

/** Writes a folder's files, so that it appears whole or not at all; an older one of that name is replaced. */
export async function replaceFolder(folder: string, files: readonly (readonly [string, Uint8Array])[]): Promise<void> {
  const target = resolve(folder);
  const beside = (what: string) => join(dirname(target), `.${basename(target)}.${process.pid}.${what}`);
  const [fresh, old] = [beside('new'), beside('old')];
  try {
    await rm(fresh, { recursive: true, force: true });
    await mkdir(fresh, { recursive: true });
    for (const [name, bytes] of files) {
      await mkdir(dirname(join(fresh, name)), { recursive: true });
      await using file = await open(join(fresh, name), 'wx');
      await file.writeFile(bytes);
      await file.sync();
    }
    await rename(target, old).catch(ignoreMissing);
    await rename(fresh, target);
  } catch (cause) {
    throw toGigascopeError(cause);
  } finally {
    await rm(fresh, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
}

function ignoreMissing(cause: unknown): void {
  if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) throw cause;
}
