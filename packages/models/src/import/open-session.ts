import type { InferenceSession } from 'onnxruntime-node';
import { refusal } from './image-input.ts';

/** What goes wrong is told by what is thrown. */
const QUIET = { logSeverityLevel: 4 } as const;
/** Files, lines and signatures of the functions that throw. */
const WHEREABOUTS = [/^.*onnxruntime_src\S*:\d+ .*?\) (?=[A-Z[])/s, / Status Message: \S*onnxruntime_src.*$/s];

type Results = InferenceSession.OnnxValueMapType;

/** A model that is tried out, on the calling thread. */
export interface TrialSession extends AsyncDisposable {
  /** All its outputs for uint8 values. Throws MODEL_UNSUPPORTED with the runtime's sentence. */
  run(input: string, data: Uint8Array, dims: readonly number[]): Promise<Results>;
}

/** Opens a model's bytes in the runtime. Throws MODEL_UNSUPPORTED with the runtime's sentence where it does not load. */
export async function openSession(bytes: Uint8Array): Promise<TrialSession> {
  const ort = await import('onnxruntime-node');
  const { InferenceSession: Session, Tensor } = 'default' in ort ? (ort.default as typeof ort) : ort;
  const session = await Session.create(bytes, { interOpNumThreads: 1, ...QUIET }).catch(refuse);
  return {
    run: (input, data, dims) => session.run({ [input]: new Tensor('uint8', data, dims) }, QUIET).catch(refuse),
    [Symbol.asyncDispose]: () => session.release(),
  };
}

function refuse(cause: unknown): never {
  const message = cause instanceof Error ? cause.message : String(cause);
  const sentence = WHEREABOUTS.reduce((text, whereabouts) => text.replace(whereabouts, ''), message);
  throw refusal(`the runtime says: ${sentence.trim().slice(0, 500)}`, cause);
}
