import { describe, expect, it } from 'vitest';
import { selfTimes, threadName } from '../../../bench/profile/cpu-profile.ts';
import { operatorTimes } from '../../../bench/profile/operator-profile.ts';

const node = (id: number, functionName: string, url = '') => ({ id, callFrame: { functionName, url, lineNumber: 9 } });

describe('the self times of a thread', () => {
  const profile = {
    nodes: [
      node(1, '(root)'),
      node(2, '(idle)'),
      node(3, 'cut', 'file:///a/cutter.ts'),
      node(4, '', 'file:///a/cutter.ts'),
    ],
    samples: [3, 2, 3, 4, 3],
    timeDeltas: [500, 2000, 7000, 1000, 4000],
  };

  it('are those from each sample to the next, summed by function, without waiting', () => {
    expect(selfTimes(profile)).toEqual([
      { name: '(anonymous) (cutter.ts:10)', ms: 4 },
      { name: 'cut (cutter.ts:10)', ms: 3 },
    ]);
  });

  it('are of the thread that ran the entry file', () => {
    expect(threadName(profile, { '/cutter.ts': 'reader' })).toBe('reader');
    expect(threadName(profile, { '/other.ts': 'other' })).toBe('another thread');
  });
});

describe('the times of operators', () => {
  it('are those of their kernels, summed by type', () => {
    const kernel = (op_name: string, dur: number) => ({
      cat: 'Node',
      name: `${op_name}_3_kernel_time`,
      dur,
      args: { op_name },
    });
    const events = [
      ...[kernel('Conv', 3000), kernel('Relu', 500), kernel('Conv', 1000)],
      { cat: 'Node', name: 'Conv_3_fence_before', dur: 9000, args: { op_name: 'Conv' } },
      { cat: 'Session', name: 'model_run', dur: 99_000 },
    ];
    expect(operatorTimes(events)).toEqual([
      { name: 'Conv', ms: 4 },
      { name: 'Relu', ms: 0.5 },
    ]);
  });
});
