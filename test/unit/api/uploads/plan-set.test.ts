import { describe, expect, it } from 'vitest';
import { planSet } from '../../../../services/api/src/uploads/sets/plan-set.ts';
import { setHash } from '../../../../services/api/src/uploads/sets/set-hash.ts';

const planned = (...names: string[]) => {
  const { extension, files } = planSet(names);
  return { extension, files: Object.fromEntries(files) };
};

describe('the files of a set', () => {
  it('of MIRAX are the file and its folder, under names of our own; 1 of 4 is left out', () => {
    expect(planned('x/A.b.MRXS', 'x/A.b/Slidedat.ini', 'x/A.b/1/D.dat', 'x/other/n.txt')).toEqual({
      extension: '.mrxs',
      files: {
        'x/A.b.MRXS': 'slide.mrxs',
        'x/A.b/Slidedat.ini': 'slide/Slidedat.ini',
        'x/A.b/1/D.dat': 'slide/1/D.dat',
      },
    });
  });

  it('of Hamamatsu keep their names, but for the .vms', () => {
    expect(planned('s/A.vms', 's/A.jpg', 's/A(1,0).jpg', 'readme.txt').files).toEqual({
      's/A.vms': 'slide.vms',
      's/A.jpg': 'A.jpg',
      's/A(1,0).jpg': 'A(1,0).jpg',
    });
  });

  it('of a DICOM series are all .dcm; the first is opened, or the one that is called slide.dcm', () => {
    expect(planned('b.dcm', 'a.dcm').files).toEqual({ 'a.dcm': 'slide.dcm', 'b.dcm': 'b.dcm' });
    expect(planned('a.dcm', 'slide.dcm').files).toEqual({ 'a.dcm': 'a.dcm', 'slide.dcm': 'slide.dcm' });
  });

  it('are refused where one would lie on another', () => {
    expect(() => planned('A.vms', 'Slide.VMS.jpg', 'slide.vms/x', 'slide.vms')).toThrow(/2 slides/);
    expect(() => planned('A.vmu', 'b.txt', 'c/slide.mrxs.x')).not.toThrow();
  });
});

it('the hash of a set is that of its sorted list, whatever the order', () => {
  // printf '%s  a\n%s  b\n' 11…1 22…2 | sha256sum
  const a = { path: 'a', sha256: '1'.repeat(64) };
  const b = { path: 'b', sha256: '2'.repeat(64) };
  expect(setHash([b, a])).toBe(setHash([a, b]));
  expect(setHash([a, b])).toBe('7365ea48c8a3989cf164ca67f5d934c9a11269a628308b0fe529b6e4bc1c694d');
});
