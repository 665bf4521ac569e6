import { BundleManifest } from '@gigascope/contracts';
import { importWsinferConfig } from '@gigascope/models';
import { expect, it } from 'vitest';

/** The form of the zoo's breast tumour model. */
const CONFIG = {
  spec_version: '1.0',
  name: 'breast-tumor-resnet34.tcga-brca',
  architecture: 'resnet34',
  num_classes: 2,
  class_names: ['Other', 'Tumor'],
  patch_size_pixels: 350,
  spacing_um_px: 0.25,
  transform: [
    { name: 'Resize', arguments: { size: 224 } },
    { name: 'ToTensor' },
    { name: 'Normalize', arguments: { mean: [0.7238, 0.5716, 0.6779], std: [0.112, 0.1459, 0.1089] } },
  ],
};
const SUPPLEMENT = {
  positiveClass: 'Tumor',
  scope: { organ: 'breast', stain: 'H&E', species: 'human' },
  licence: 'BSD-3-Clause',
};

it('imports a WSInfer config of 350 px at 0.25 µm/px with 2 classes as a manifest that fits the schema', () => {
  const draft = importWsinferConfig(CONFIG, SUPPLEMENT);
  expect(draft).toMatchObject({
    name: 'breast-tumor-resnet34-tcga-brca',
    classes: ['Other', 'Tumor'],
    patchSizePx: 350,
    stridePx: 350,
    mpp: 0.25,
    nmsRadiusUm: 87.5,
    input: { normalisation: expect.stringMatching(/^resized to 224 px, b \/ 255, less mean 0\.7238/) },
  });
  const golden = { file: 'golden.rgb', expected: [0.5, 0.5] };
  expect(BundleManifest.safeParse({ ...draft, files: {}, golden, parameterCount: 1 }).success).toBe(true);
});

it.each([
  ['another specification', { spec_version: '2.0' }],
  ['3 classes with 2 names', { num_classes: 3 }],
  ['a single sigmoid class', { num_classes: 1, class_names: ['Tumor'] }],
  ['no class of the positive name', { class_names: ['a', 'b'] }],
  ['a transform of another name', { transform: [{ name: 'ColorJitter' }] }],
  ['a spacing of 0', { spacing_um_px: 0 }],
])('refuses a WSInfer config with %s as ARGUMENT_INVALID', (_, change) => {
  expect(() => importWsinferConfig({ ...CONFIG, ...change }, SUPPLEMENT)).toThrow(
    expect.objectContaining({ code: 'ARGUMENT_INVALID' }),
  );
});
