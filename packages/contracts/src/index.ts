export * from './analysis.ts';
export * from './errors.ts';
export * from './geometry.ts';
export * from './import-model.ts';
export * from './manifest.ts';
export * from './protocol.ts';
export * from './slide.ts';
export * from './wsinfer.ts';
