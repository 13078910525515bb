/**
 * Strongly connected components of a directed graph: what has to be solved together, in an order in which it can be solved.
 *
 * @see R. E. Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Comput. 1 (1972) 146–160, doi:10.1137/0201010.
 */

/**
 * Components, each after those it depends on; nodes of a component in increasing order.
 *
 * @param dependsOn  for each node those that must be known before it
 */
export function components(dependsOn: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const n = dependsOn.length;
  const index = new Int32Array(n).fill(-1);
  const low = new Int32Array(n);
  const open: number[] = [];
  const isOpen = new Uint8Array(n);
  const found: number[][] = [];
  let count = 0;
  for (let root = 0; root < n; root++) {
    if (index[root]! >= 0) continue;
    const path: { readonly node: number; next: number }[] = [];
    const enter = (node: number): void => {
      index[node] = low[node] = count++;
      open.push(node);
      isOpen[node] = 1;
      path.push({ node, next: 0 });
    };
    enter(root);
    while (path.length > 0) {
      const top = path.at(-1)!;
      const { node } = top;
      const other = dependsOn[node]![top.next++];
      if (other !== undefined) {
        if (index[other]! < 0) enter(other);
        else if (isOpen[other]) low[node] = Math.min(low[node]!, index[other]!);
        continue;
      }
      path.pop();
      const parent = path.at(-1)?.node;
      if (parent !== undefined) low[parent] = Math.min(low[parent]!, low[node]!);
      if (low[node] !== index[node]) continue;
      const component = open.splice(open.lastIndexOf(node));
      for (const member of component) isOpen[member] = 0;
      found.push(component.sort((a, b) => a - b));
    }
  }
  return found;
}
