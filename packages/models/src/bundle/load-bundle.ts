import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BundleManifest, GigascopeError, type ManifestOf, type ModelManifest } from '@gigascope/contracts';
import { checkStages } from './check-settings.ts';
import { CARD_FILE, listFiles, MANIFEST_FILE, MANIFEST_HASH_FILE, requireInside, sha256 } from './files.ts';
import { checkNetwork, networkOf } from './network-files.ts';

/** One network of a bundle: its files were all read and found to be what its manifest says. */
export interface StageBundle {
  readonly folder: string;
  readonly manifest: ModelManifest;
  /** The bytes of model.onnx, or of the main file in `tfjs/`. */
  readonly model: Uint8Array<ArrayBuffer>;
  /** tfjs: the files of its folder, by path in it. */
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
  /** uint8 RGB, patchSizePx² · 3 bytes. */
  readonly golden: Uint8Array<ArrayBuffer>;
}

/** A model bundle that was read and verified. */
export interface Bundle {
  readonly folder: string;
  readonly manifest: BundleManifest;
  /** The networks in the order in which they run; a bundle that is no pipeline has one. */
  readonly stages: readonly [StageBundle, ...StageBundle[]];
  /** Identifies the bundle: the hash over its files' hashes and its manifest. */
  readonly sha256: string;
}

/** Larger bundles are refused before anything is read; ONNX's own limit for one file is 2 GiB. */
const MAX_TOTAL_BYTES = 2 ** 31;
/** A file that the manifest does not list may be a note, not a payload. */
const MAX_UNLISTED_BYTES = 65_536;
const MAX_MANIFEST_BYTES = 2 ** 20;

/**
 * Reads a bundle and verifies it. Throws BUNDLE_INCOMPLETE for missing files, MODEL_HASH_MISMATCH for changed or
 * unreadable ones, COMPANION_OUTSIDE_SLIDE for files that lie or lead elsewhere or that nobody listed,
 * MODEL_OUTPUT_INVALID for a model that does not fit its manifest. The model is not run: see `checkGolden`.
 */
export async function loadBundle(folder: string): Promise<Bundle> {
  const sizes = await listFiles(folder);
  const total = sizes.values().reduce((a, b) => a + b, 0);
  if (total > MAX_TOTAL_BYTES) throw new GigascopeError('OUT_OF_MEMORY', `the model’s folder holds ${total} bytes`);
  const { manifest, bytes: manifestBytes } = await readManifest(folder, sizes);
  refuseStrangers(sizes, manifest);
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const [name, expected] of Object.entries(manifest.files)) {
    requireInside(name);
    if (!sizes.has(name)) throw new GigascopeError('BUNDLE_INCOMPLETE', name);
    const bytes = new Uint8Array(await readFile(join(folder, name)));
    if (sha256(bytes) !== expected) throw new GigascopeError('MODEL_HASH_MISMATCH', name);
    files.set(name, bytes);
  }
  if (!files.has(CARD_FILE))
    throw new GigascopeError('BUNDLE_INCOMPLETE', `${CARD_FILE} is not listed in ${MANIFEST_FILE}`);
  const stages =
    manifest.task === 'pipeline' ? await loadStages(folder, manifest) : ([stageOf(folder, manifest, files)] as const);
  return { folder, manifest, stages, sha256: bundleSha256(manifest, manifestBytes) };
}

/** The stages of a pipeline, each a bundle in a folder of its own; ARGUMENT_INVALID where they do not fit together. */
export async function loadStages(folder: string, manifest: ManifestOf<'pipeline'>): Promise<Bundle['stages']> {
  const networks = await Promise.all(
    manifest.stages.map(async (stage): Promise<StageBundle> => {
      const [network, ...more] = (await loadBundle(join(folder, stage.folder))).stages;
      if (more.length > 0) throw new GigascopeError('ARGUMENT_INVALID', `stage ${stage.name} is a pipeline itself`);
      return network;
    }),
  );
  checkStages(
    manifest,
    networks.map((network) => network.manifest),
  );
  return networks as [StageBundle, ...StageBundle[]];
}

function stageOf(
  folder: string,
  manifest: ModelManifest,
  files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>,
): StageBundle {
  const network = networkOf(manifest, files);
  const golden = files.get(manifest.golden.file);
  if (golden === undefined)
    throw new GigascopeError('BUNDLE_INCOMPLETE', `${manifest.golden.file} is not listed in ${MANIFEST_FILE}`);
  if (golden.length !== manifest.patchSizePx ** 2 * 3)
    throw new GigascopeError(
      'MODEL_HASH_MISMATCH',
      `${manifest.golden.file} is no patch of ${manifest.patchSizePx} px`,
    );
  checkNetwork(network, manifest);
  return { folder, manifest, ...network, golden };
}

/** Reads and verifies model.json alone, for lists of models. */
export async function loadManifest(folder: string): Promise<BundleManifest> {
  return (await readManifest(folder, await listFiles(folder))).manifest;
}

/** The hash over the listed files' hashes, sorted by name, and over model.json's bytes. */
export function bundleSha256(manifest: BundleManifest, manifestBytes: Uint8Array): string {
  const lines = Object.entries(manifest.files)
    .map(([name, hash]) => `${hash}  ${name}\n`)
    .sort();
  return sha256(`${lines.join('')}${sha256(manifestBytes)}  ${MANIFEST_FILE}\n`);
}

async function readManifest(
  folder: string,
  sizes: ReadonlyMap<string, number>,
): Promise<{ manifest: BundleManifest; bytes: Uint8Array }> {
  for (const name of [MANIFEST_FILE, MANIFEST_HASH_FILE])
    if (!sizes.has(name)) throw new GigascopeError('BUNDLE_INCOMPLETE', name);
  if ((sizes.get(MANIFEST_FILE) ?? 0) > MAX_MANIFEST_BYTES)
    throw new GigascopeError('MODEL_HASH_MISMATCH', `${MANIFEST_FILE} is too large`);
  const bytes = await readFile(join(folder, MANIFEST_FILE));
  const recorded = await readFile(join(folder, MANIFEST_HASH_FILE), 'latin1');
  if (recorded !== manifestHashLine(bytes)) throw new GigascopeError('MODEL_HASH_MISMATCH', MANIFEST_FILE);
  const parsed = BundleManifest.safeParse(parseJson(bytes));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = `${MANIFEST_FILE}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
    throw new GigascopeError('ARGUMENT_INVALID', where, { cause: parsed.error });
  }
  return { manifest: parsed.data, bytes };
}

/** The one line of model.json.sha256. */
export function manifestHashLine(manifestBytes: Uint8Array): string {
  return `${sha256(manifestBytes)}  ${MANIFEST_FILE}\n`;
}

/** Reads model.json's bytes; ARGUMENT_INVALID where they are no JSON. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new GigascopeError('ARGUMENT_INVALID', `${MANIFEST_FILE} is no JSON`, { cause });
  }
}

function refuseStrangers(sizes: ReadonlyMap<string, number>, manifest: BundleManifest): void {
  const known = new Set([MANIFEST_FILE, MANIFEST_HASH_FILE, ...Object.keys(manifest.files)]);
  for (const [name, size] of sizes)
    if (!known.has(name) && size > MAX_UNLISTED_BYTES)
      throw new GigascopeError('COMPANION_OUTSIDE_SLIDE', `${name} is not listed in ${MANIFEST_FILE}`);
}
