import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { writeFileWhole } from '@gigascope/analysis';
import { type CalibrationKey, CalibrationRecord } from '@gigascope/contracts';

/** When a calibration was made and what it found. */
export type Remembered = Omit<CalibrationRecord, 'key'>;

/** One calibration's file, DIR/calibrations/<name>-<digest of the key>.json; what is not of this key, or broken, counts as absent. */
export class CalibrationFile {
  readonly #folder: string;
  readonly #key: CalibrationKey;

  /** `folder` need not exist. */
  constructor(folder: string, key: CalibrationKey) {
    this.#folder = join(folder, 'calibrations');
    this.#key = key;
  }

  get path(): string {
    const digest = createHash('sha256').update(JSON.stringify(this.#key)).digest('hex');
    return join(this.#folder, `${this.#key.name}-${digest.slice(0, 16)}.json`);
  }

  async read(): Promise<Remembered | null> {
    const text = await readFile(this.path, 'utf8').catch(() => '');
    const content = CalibrationRecord.safeParse(fromJson(text)).data;
    return content !== undefined && isDeepStrictEqual(content.key, this.#key) ? content : null;
  }

  async write(remembered: Remembered): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await writeFileWhole(this.path, `${JSON.stringify({ key: this.#key, ...remembered }, null, 2)}\n`);
  }
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
