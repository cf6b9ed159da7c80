/**
 * What of the tests is to run: parts by their names, and what follows the name of the only one for its runner.
 *
 * @param {readonly string[]} args as they come from the command line
 * @param {readonly string[]} names of all parts
 * @returns {{ wanted: readonly string[], only: readonly string[], problem?: string }} `problem` says what is wrong
 *   with the arguments, in a sentence
 */
export function partsIn(args, names) {
  const end = args.findIndex((arg) => !names.includes(arg));
  const wanted = end === -1 ? args : args.slice(0, end);
  const only = end === -1 ? [] : args.slice(end);
  if (only.length === 0 || wanted.length === 1) return { wanted, only };
  const problem =
    wanted.length === 0
      ? `No part ${only[0]}. There are: ${names.join(', ')}.`
      : `${only.join(' ')} can be meant for one part only, not for ${wanted.join(', ')}.`;
  return { wanted, only, problem };
}
