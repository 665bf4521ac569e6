import type { ManifestDraft } from './manifest-draft.ts';

/** The model card for people, from the manifest; a trainer replaces it with one that tells more. */
export function modelCard(draft: ManifestDraft): string {
  const patches = draft.trainingData.reduce((sum, source) => sum + source.patches, 0);
  const first =
    patches === 0
      ? `${draft.title}: untrained. Its predictions mean nothing.`
      : `${draft.title}: trained on ${patches} patches; not validated on whole slides.`;
  const figures = Object.entries(draft.figures).map(([name, value]) => `| ${name} | ${value} |`);
  const data = draft.trainingData.map((d) => `| ${d.name} | ${d.patches} | ${d.licence} |`);
  return `${[
    first,
    '',
    `# ${draft.name} ${draft.version}`,
    '',
    `- Architecture: ${draft.architecture}, ${draft.multiplyAddCount} multiply-adds a patch`,
    `- Task: ${draft.task}; classes ${draft.classes.join(', ')}${draft.task === 'classify' ? `; positive is ${draft.positiveClass}` : ''}`,
    `- Patch: ${draft.patchSizePx} px at ${draft.mpp} µm/px, stride ${draft.stridePx} px, mirror-padded at the slide's border`,
    `- Input: ${draft.input.dtype} ${draft.input.layout} ${draft.input.colour}, ${draft.input.normalisation} (in the graph)`,
    `- Made for: ${draft.scope.species} ${draft.scope.organ}, ${draft.scope.stain}`,
    `- Threshold ${draft.threshold}${draft.task === 'classify' ? `, lesions at least ${draft.nmsRadiusUm} µm apart` : ''}`,
    `- Licence: ${draft.licence}`,
    '',
    '## Intended use',
    '',
    draft.intendedUse,
    ...(data.length === 0
      ? []
      : ['', '## Training data', '', '| source | patches | licence |', '|---|---|---|', ...data]),
    ...(figures.length === 0 ? [] : ['', '## Measured', '', '| figure | value |', '|---|---|', ...figures]),
  ].join('\n')}\n`;
}
