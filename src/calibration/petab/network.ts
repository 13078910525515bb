/** Feed-forward networks of PEtab-SciML as explicit equations: one quantity for each node, one parameter for each weight. */

/** A network file, as far as it is read. */
export interface NetworkFile {
  readonly layers?: readonly {
    readonly layer_id: string;
    readonly layer_type: string;
    readonly args?: { readonly in_features?: number; readonly out_features?: number; readonly bias?: boolean };
  }[];
  readonly forward?: readonly {
    readonly name: string;
    readonly op: string;
    readonly target: string;
    readonly args?: readonly unknown[];
    readonly kwargs?: Readonly<Record<string, unknown>>;
  }[];
}

/** One weight or bias. */
export interface Weight {
  readonly id: string;
  readonly layer: string;
  readonly array: "weight" | "bias";
  /** Place in its array, row-major. */
  readonly place: number;
  /** Numbers that it is multiplied with at once: what a random start is scaled by. */
  readonly fanIn: number;
}

export interface Network {
  /** Texts of the nodes, by id, each after those it needs. */
  readonly nodes: ReadonlyMap<string, string>;
  readonly outputs: readonly string[];
  readonly weights: readonly Weight[];
}

const activations: Readonly<Record<string, (x: string) => string>> = {
  tanh: (x) => `tanh(${x})`,
  relu: (x) => `max(${x}, 0)`,
  relu6: (x) => `min(max(${x}, 0), 6)`,
  sigmoid: (x) => `1/(1 + exp(-${x}))`,
  softplus: (x) => `log(1 + exp(${x}))`,
  silu: (x) => `${x}/(1 + exp(-${x}))`,
  swish: (x) => `${x}/(1 + exp(-${x}))`,
  elu: (x) => `if(${x} > 0, ${x}, exp(${x}) - 1)`,
  leaky_relu: (x) => `if(${x} > 0, ${x}, 0.01*${x})`,
  softsign: (x) => `${x}/(1 + abs(${x}))`,
  logsigmoid: (x) => `(-log(1 + exp(-${x})))`,
  hardtanh: (x) => `max(-1, min(1, ${x}))`,
  sin: (x) => `sin(${x})`,
  cos: (x) => `cos(${x})`,
  exp: (x) => `exp(${x})`,
  identity: (x) => x,
  flatten: (x) => x,
};

/**
 * @param id  of the network
 * @param inputs  texts of its inputs, an array for each argument
 * @param refuse  says why not
 */
export function networkOf(id: string, file: NetworkFile, inputs: readonly (readonly string[])[], refuse: (why: string) => never): Network {
  const layers = new Map((file.layers ?? []).map((layer) => [layer.layer_id, layer]));
  const nodes = new Map<string, string>();
  const weights: Weight[] = [];
  const values = new Map<string, readonly string[]>();
  let [next, outputs] = [0, [] as readonly string[]];
  const named = (node: string, texts: readonly string[]): readonly string[] =>
    texts.map((text, i) => {
      const name = `${id}_${node}_${i}`;
      nodes.set(name, text);
      return name;
    });
  const argument = (of: unknown): readonly string[] => {
    if (Array.isArray(of)) return of.flatMap(argument);
    return values.get(String(of)) ?? refuse(`network ${id} uses "${String(of)}" before it is there`);
  };
  const linear = (node: string, layer: string, x: readonly string[]): readonly string[] => {
    const { layer_type: type, args = {} } = layers.get(layer) ?? refuse(`network ${id} has no layer "${layer}"`);
    if (activations[type.toLowerCase()] && type !== "Linear") return named(node, x.map(activations[type.toLowerCase()]!));
    if (type !== "Linear") return refuse(`layer "${layer}" of network ${id} is of the kind ${type}; Linear is read`);
    const { in_features: width = x.length, out_features: size = 0, bias = true } = args;
    if (width !== x.length) refuse(`layer "${layer}" of network ${id} takes ${width} numbers and is given ${x.length}`);
    const weight = (array: Weight["array"], place: number, name: string): string => {
      const own = `${id}_${layer}_${array}_${name}`;
      if (!weights.some((one) => one.id === own)) weights.push({ id: own, layer, array, place, fanIn: width });
      return own;
    };
    return named(
      node,
      Array.from({ length: size }, (_, i) => {
        const terms = x.map((one, j) => `${weight("weight", i * width + j, `${i}_${j}`)}*${one}`);
        return [...terms, ...(bias ? [weight("bias", i, String(i))] : [])].join(" + ");
      }),
    );
  };
  for (const { name, op, target, args = [] } of file.forward ?? []) {
    if (op === "placeholder") values.set(name, inputs[next++] ?? refuse(`network ${id} has more inputs than are mapped`));
    else if (op === "output") outputs = args.flatMap(argument);
    else if (op === "call_module") values.set(name, linear(name, target, argument(args[0])));
    else if (target === "cat" || target === "concat") values.set(name, argument(args[0]));
    else if (activations[target]) values.set(name, named(name, argument(args[0]).map(activations[target]!)));
    else refuse(`network ${id} uses "${target}"`);
  }
  return { nodes, outputs, weights };
}
