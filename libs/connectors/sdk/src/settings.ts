import { invalid, type FieldProblem } from '@signalbox/kernel';
import type { AuthKindManifest, ConnectorManifest } from './manifest.ts';

type Values = Readonly<Record<string, string>>;

function problemsOf(kind: AuthKindManifest, settings: Values, secrets: Values): FieldProblem[] {
  const problems: FieldProblem[] = [];
  for (const setting of kind.settings) {
    const place = setting.secret ? 'secrets' : 'settings';
    const given = (setting.secret ? secrets : settings)[setting.name];
    if (setting.required && !given?.trim()) problems.push({ field: `${place}.${setting.name}`, message: `${setting.label} is missing. ${setting.description}` });
  }
  for (const [place, given, secret] of [['settings', settings, false], ['secrets', secrets, true]] as const) {
    for (const name of Object.keys(given)) {
      const known = kind.settings.find((s) => s.name === name);
      if (!known) problems.push({ field: `${place}.${name}`, message: `'${name}' is not a setting of ${kind.label}. Known: ${kind.settings.map((s) => s.name).join(', ')}.` });
      else if (known.secret !== secret) problems.push({ field: `${place}.${name}`, message: `${known.label} belongs under ${known.secret ? 'secrets' : 'settings'}.` });
    }
  }
  return problems;
}

/**
 * Checks what a person gave against the manifest, all problems at once.
 * @throws Invalid `connector.auth_kind_unknown`, `connector.settings_invalid`
 */
export function checkSettings(manifest: ConnectorManifest, authKind: string, settings: Values, secrets: Values): void {
  const kind = manifest.authKinds.find((k) => k.name === authKind);
  if (!kind) {
    const known = manifest.authKinds.map((k) => k.name).join(', ');
    throw invalid('connector.auth_kind_unknown', `${manifest.label} has no way to sign in called '${authKind}'. Known: ${known}.`, { field: 'auth_kind' });
  }
  const problems = problemsOf(kind, settings, secrets);
  const first = problems[0];
  if (first) throw invalid('connector.settings_invalid', problems.map((p) => p.message).join(' '), { field: first.field, problems });
}
