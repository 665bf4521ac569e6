import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keepMeasured, type MeasuredRow, readMeasured } from '../../../bench/record/measured.ts';
import { markdownTables, withSection } from '../../../bench/record/performance-document.ts';
import { temporaryFolder } from '../../support/fixtures.ts';

const row = (benchmark: string, name: string, machine = 'two cores'): MeasuredRow => ({
  ...{ benchmark, name, machine, measuredAt: '2026-01-02T03:04:05Z' },
  ...{ goal: '≥ 0.9', reached: 0.95, met: true, peer: 'a | b', command: `npm run bench -- ${benchmark}` },
});

describe('docs/performance.md', () => {
  it('keeps the text around its marks', () => {
    const document = 'before\n<!-- figures -->\nold\n<!-- /figures -->\nafter\n';
    expect(withSection(document, 'figures', 'new')).toBe('before\n<!-- figures -->\nnew\n<!-- /figures -->\nafter\n');
  });

  it('is refused without marks', () => {
    expect(() => withSection('text', 'figures', 'new')).toThrow('<!-- figures -->');
  });

  it('has one table a machine, rows in the order of the benchmarks, bars escaped', () => {
    const text = markdownTables([row('b', 'second'), row('a', 'first'), row('gone', 'left out')], ['a', 'b']);
    expect(text.split('\n')).toEqual([
      'Measured on two cores; 2026-01-02.',
      '',
      '| figure | goal | reached | met | peer or limit of the same run | command |',
      '| --- | --- | --- | --- | --- | --- |',
      '| first | ≥ 0.9 | 0.95 | yes | a \\| b | `npm run bench -- a` |',
      '| second | ≥ 0.9 | 0.95 | yes | a \\| b | `npm run bench -- b` |',
    ]);
    const two = markdownTables([row('a', 'first'), row('b', 'second', 'one GPU')], ['a', 'b']);
    expect(two.match(/Measured on/g)).toHaveLength(2);
  });
});

describe('the file of measured rows', () => {
  it('holds each benchmark’s last run beside the others’', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'var/bench.json');
    expect(await readMeasured(path)).toEqual([]);
    await keepMeasured(path, 'a', [row('a', 'old')]);
    await keepMeasured(path, 'b', [row('b', 'other')]);
    await keepMeasured(path, 'a', [row('a', 'new'), row('a', 'newer')]);
    expect((await readMeasured(path)).map(({ name }) => name).toSorted()).toEqual(['new', 'newer', 'other']);
  });
});
