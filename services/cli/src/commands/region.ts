import { extname } from 'node:path';
import { writeFileWhole } from '@gigascope/analysis';
import type { Command } from 'commander';
import sharp from 'sharp';
import { anyInt, type CommandFactory, newCommand, nonNegativeInt, positiveInt, requireArgument } from '../command.ts';
import { startReader } from '../services.ts';

interface RegionOptions {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly level: number;
  readonly out: string;
}

export const regionCommand: CommandFactory = (run) =>
  newCommand('region', 'Writes a rectangle of a slide as a lossless picture.')
    .argument('<slide>')
    .requiredOption('--x <px>', 'left edge, level-0 pixels', anyInt)
    .requiredOption('--y <px>', 'top edge, level-0 pixels', anyInt)
    .requiredOption('--width <px>', 'width in pixels of the level', positiveInt)
    .requiredOption('--height <px>', 'height in pixels of the level', positiveInt)
    .option('--level <n>', 'pyramid level, 0 is the highest resolution', nonNegativeInt, 0)
    .requiredOption('--out <file>', 'FILE.png or FILE.tif')
    .action((path: string, options: RegionOptions, command: Command) =>
      run(command, async () => {
        const { x: xL0, y: yL0, width: widthPx, height: heightPx, level, out } = options;
        const format = extname(out).toLowerCase();
        requireArgument(['.png', '.tif', '.tiff'].includes(format), '--out ends in .png, .tif or .tiff');
        await using reader = startReader();
        const { image } = await reader.call('region', { path, xL0, yL0, level, widthPx, heightPx });
        const picture = sharp(image.data, { raw: { width: image.width, height: image.height, channels: 3 } });
        await writeFileWhole(
          out,
          await (format === '.png' ? picture.png() : picture.tiff({ compression: 'deflate' })).toBuffer(),
        );
        return { json: { out, xL0, yL0, level, widthPx, heightPx }, text: `${out}\n` };
      }),
    );
