/** Runs dependency-cruiser and fails when it saw nothing: with an unsuitable TypeScript it reports 0 modules and no violation. */
import { cruise } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';

const MIN_MODULES = 40;

const options = await extractOptions('./.dependency-cruiser.cjs');
const { output } = await cruise(['packages', 'services'], { ...options, outputType: 'json' });
const report: unknown = typeof output === 'string' ? JSON.parse(output) : output;
const { summary } = report as {
  summary: { totalCruised: number; violations: { from: string; to: string; rule: { name: string } }[] };
};

for (const { from, to, rule } of summary.violations) console.error(`${rule.name}: ${from} → ${to}`);
console.log(`${summary.totalCruised} modules, ${summary.violations.length} violations`);
if (summary.totalCruised < MIN_MODULES) {
  console.error(`dependency-cruiser saw ${summary.totalCruised} modules; at least ${MIN_MODULES} were expected`);
  process.exit(1);
}
process.exit(summary.violations.length === 0 ? 0 : 1);
