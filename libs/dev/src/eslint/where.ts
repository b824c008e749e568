/** Places in the repository, as patterns over a path relative to its root. Each name is used by the tables of rules. */
export const SPEC = /\.spec\.tsx?$/;
export const DOMAIN = /^(services|libs)\/.+\/src\/domain\//;
export const APPLICATION = /^services\/[^/]+\/src\/application\//;
export const SERVICE_SOURCE = /^services\/(?!gateway\/web\/)[^/]+\/src\//;

/** Code that only tests run: specs, `src/testing` entries, everything under tests/, and the developer tools. */
export const TEST_CODE = [SPEC, /\/src\/testing\//, /^tests\//, /^libs\/(testing|dev)\//];

/** Programs that talk to a person at a terminal. */
export const COMMAND_LINE = [/^libs\/dev\//, /\.mjs$/, /^services\/standalone\/src\/(main\.ts$|cli\/)/, /^libs\/sandbox\/src\/(main\.ts$|cli\/|command)/, /^tests\/bench\//];

/** One line of a table: where it holds, where not and why, and what to say. */
export interface Place {
  files: RegExp[];
  except?: RegExp[];
  /** What is wrong, why, and what to do instead. */
  message: string;
}

export const holdsIn = (place: Place, path: string): boolean =>
  place.files.some((p) => p.test(path)) && !(place.except ?? []).some((p) => p.test(path));
