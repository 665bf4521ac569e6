/** FNV-1a, 32 bits (Fowler, Noll, Vo): turns a name into a seed of its own. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

/**
 * Gives the same stream of numbers in [0, 1) for the same seed and name on every machine: integer arithmetic only
 * (mulberry32). A name of its own for each tensor keeps the others' values when a layer is added.
 */
export function randomStream(seed: number, name: string): () => number {
  let state = (hash(name) ^ Math.imul(seed | 0, 0x9e3779b9)) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * Fills `count` weights uniformly in ±√(6 / fanIn), which keeps the variance through ReLU layers
 * (He et al. 2015, arXiv 1502.01852). Uniform rather than normal, because √ is the only function it needs.
 */
export function heUniform(count: number, fanIn: number, next: () => number): Float32Array<ArrayBuffer> {
  const bound = Math.sqrt(6 / fanIn);
  const weights = new Float32Array(count);
  for (let i = 0; i < count; i++) weights[i] = (2 * next() - 1) * bound;
  return weights;
}

/**
 * Fills `count` weights from a Gaussian of mean 0 by Marsaglia's polar method. V8 brings its own logarithm, so the
 * values are the same on every machine of one Node version.
 */
export function gaussian(count: number, deviation: number, next: () => number): Float32Array<ArrayBuffer> {
  const weights = new Float32Array(count);
  for (let i = 0; i < count; ) {
    const [u, v] = [2 * next() - 1, 2 * next() - 1];
    const s = u * u + v * v;
    if (s >= 1 || s === 0) continue;
    const radius = deviation * Math.sqrt((-2 * Math.log(s)) / s);
    weights[i++] = u * radius;
    if (i < count) weights[i++] = v * radius;
  }
  return weights;
}
