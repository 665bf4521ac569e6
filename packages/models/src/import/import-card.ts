import type { ManifestDraft } from '../bundle/manifest-draft.ts';

/** The model card of an imported model: nobody here knows how it was trained or what it reaches, and the card says so. */
export function importCard(draft: ManifestDraft, found: readonly string[]): string {
  return `${[
    `${draft.title}: made elsewhere and imported; nothing of its training or of what it reaches is known here.`,
    '',
    `# ${draft.name} ${draft.version}`,
    '',
    `- From: an ONNX file; architecture ${draft.architecture}`,
    ...found.map((sentence) => `- ${sentence}`),
    `- Task: ${draft.task}; classes ${draft.classes.join(', ')}${draft.task === 'classify' ? `; positive is ${draft.positiveClass}` : ''}`,
    `- Patch: ${draft.patchSizePx} px at ${draft.mpp} µm/px, stride ${draft.stridePx} px, mirror-padded at the slide's border`,
    `- Input: uint8 NHWC RGB, ${draft.input.normalisation} (in the graph)`,
    `- Made for: ${draft.scope.species} ${draft.scope.organ}, ${draft.scope.stain}`,
    `- Licence: ${draft.licence}`,
    '',
    '## Intended use',
    '',
    draft.intendedUse,
  ].join('\n')}\n`;
}
