import { TissueMethod } from '@gigascope/contracts';
import type { Command } from 'commander';
import { type CommandFactory, newCommand, oneOf, positive } from '../command.ts';
import { startReader } from '../services.ts';

interface InspectOptions {
  readonly mpp?: number;
  readonly tissue: TissueMethod;
}

export const inspectCommand: CommandFactory = (run) =>
  newCommand('inspect', 'Tells what a slide is: size, levels, µm per pixel and its source, tissue share.')
    .argument('<slide>')
    .option('--mpp <um>', 'µm per level-0 pixel, overriding the slide', positive)
    .option('--tissue <method>', 'saturation | ncrf | grey | none', oneOf(...TissueMethod.options), 'saturation')
    .action((path: string, options: InspectOptions, command: Command) =>
      run(command, async () => {
        await using reader = startReader();
        const { tissue, mpp: mppOverride = null } = options;
        const { metadata, spacing, tissueShare } = await reader.call('inspect', { path, tissue, mppOverride });
        const { properties: _identifying, ...slide } = metadata;
        const levels = metadata.levels.map(
          (level) => `    ${level.index}  ${level.widthPx} × ${level.heightPx}  1/${level.downsample}`,
        );
        return {
          json: { ...slide, mpp: spacing, tissueShare },
          text: [
            `vendor      ${metadata.vendor}`,
            `size        ${metadata.widthL0} × ${metadata.heightL0} px`,
            'levels',
            ...levels,
            `µm/px       ${spacing === null ? 'unknown (state it with --mpp)' : `${spacing.x} × ${spacing.y} (${spacing.source})`}`,
            `objective   ${metadata.objectivePower === null ? 'unknown' : `${metadata.objectivePower}×`}`,
            `tissue      ${tissueShare === null ? 'unknown' : `${(tissueShare * 100).toFixed(1)} % (${tissue})`}`,
            `associated  ${metadata.associatedImages.join(', ') || 'none'}`,
            '',
          ].join('\n'),
        };
      }),
    );
