import type { Model } from '@gigascope/contracts/http';
import { describe, expect, it } from 'vitest';
import { newestModels } from '../../../services/dashboard/src/slide/newest-models.ts';

const model = (name: string, version: string, title: string): Model => ({
  ...{ id: `${name}-${version}`, name, version, title, sha256: '0', task: 'classify', mpp: 0.5, threshold: 0.5 },
  ...{ scope: { organ: 'lymph node', stain: 'H&E', species: 'human' }, intendedUse: '', licence: '' },
});

describe('the models to choose from', () => {
  it('are the last registered of each name, by title', () => {
    const listed = [
      model('nuclei', '1.0.0', 'Nuclei'),
      model('metastasis', '2.0.0', 'Metastases'),
      model('metastasis', '1.0.0', 'Metastases'),
    ];
    expect(newestModels(listed).map(({ name, version }) => `${name} ${version}`)).toEqual([
      'metastasis 2.0.0',
      'nuclei 1.0.0',
    ]);
  });
});
