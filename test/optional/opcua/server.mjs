/**
 * An OPC UA server with history, as a process of its own: `node server.mjs <folder> <description.json>`.
 *
 * Signed and encrypted endpoints only, unless the description says otherwise; clients must be in its trust list. Speaks to its parent over the
 * channel of the process: { ready, url } first; then it takes { set: { tag, value, status, time } } and { trust: folder of certificates }.
 */
import { X509Certificate } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import opcua from "node-opcua";

const { OPCUAServer, OPCUACertificateManager, MessageSecurityMode, SecurityPolicy, DataType, Variant, StatusCodes, DataValue } = opcua;
const [folder, descriptionFile] = process.argv.slice(2);
const { tags, secure = true, users = { reader: "secret" } } = JSON.parse(readFileSync(descriptionFile, "utf8"));

const manager = (name, accept) =>
  new OPCUACertificateManager({ rootFolder: join(folder, name), automaticallyAcceptUnknownCertificate: accept, disableFileWatchers: true });
const serverCertificateManager = manager("server", false);
const userCertificateManager = manager("users", false);
await serverCertificateManager.initialize();
await userCertificateManager.initialize();

const server = new OPCUAServer({
  port: 0,
  hostname: "127.0.0.1",
  serverCertificateManager,
  userCertificateManager,
  securityModes: secure ? [MessageSecurityMode.SignAndEncrypt] : [MessageSecurityMode.None],
  securityPolicies: secure ? [SecurityPolicy.Basic256Sha256] : [SecurityPolicy.None],
  allowAnonymous: !secure,
  userManager: { isValidUser: (name, password) => users[name] === password },
  disableDiscovery: false,
  buildInfo: { productName: "Greybox test" },
});
await server.initialize();
const space = server.engine.addressSpace;
const own = space.getOwnNamespace();
const plant = own.addFolder("ObjectsFolder", { browseName: "Plant", nodeId: "s=Plant" });

const codeOf = (value) => {
  const known = Object.values(StatusCodes).find((code) => code.value === value);
  if (known) return known;
  const base = Object.values(StatusCodes).find((code) => code.value === (value & 0xffff0000) >>> 0) ?? StatusCodes.Good;
  const made = StatusCodes.makeStatusCode(base);
  Object.defineProperty(made, "value", { value: value >>> 0 });
  return made;
};
const dataOf = ({ time, value, status = 0 }) =>
  new DataValue({
    value: value === null ? new Variant({ dataType: DataType.Null }) : new Variant({ dataType: DataType.Double, value }),
    statusCode: codeOf(status),
    sourceTimestamp: new Date(Math.floor(time * 1000)),
    sourcePicoseconds: Math.round((time * 1000 - Math.floor(time * 1000)) * 1e3) * 1e6,
    serverTimestamp: new Date(),
  });

const variables = new Map();
for (const { tag, info, missing, ...columns } of tags) {
  const [time, value] = [columns.time, columns.value].map((text) => new Float64Array(new Uint8Array(Buffer.from(text, "base64")).buffer));
  const { status } = columns;
  const common = { componentOf: plant, browseName: tag, nodeId: `s=${tag}`, dataType: "Double", description: info.description };
  const node = info.range
    ? own.addAnalogDataItem({
        ...common,
        engineeringUnitsRange: { low: info.range[0], high: info.range[1] },
        engineeringUnits: { displayName: { text: info.unit }, namespaceUri: "http://www.opcfoundation.org/UA/units/un/cefact" },
      })
    : own.addVariable(common);
  space.installHistoricalDataNode(node, { maxOnlineValues: 1e6 });
  const configuration = node.$historicalDataConfiguration;
  // Every server says whether a tag is stepped; the longest interval is 0 where there is none.
  configuration.stepped.setValueFromSource({ dataType: DataType.Boolean, value: info.stepped ?? true });
  configuration.maxTimeInterval.setValueFromSource({ dataType: DataType.Double, value: 1000 * (info.maxInterval ?? 0) });
  if (info.exception !== undefined) {
    own.addVariable({
      propertyOf: configuration,
      browseName: { name: "ExceptionDeviation", namespaceIndex: 0 },
      dataType: "Double",
      value: { dataType: "Double", value: info.exception },
    });
    own.addVariable({
      propertyOf: configuration,
      browseName: { name: "ExceptionDeviationFormat", namespaceIndex: 0 },
      dataType: "Int32",
      value: { dataType: "Int32", value: 0 },
    });
  }
  const order = [...time.keys()].sort((a, b) => time[a] - time[b] || a - b);
  for (const i of order) node.varHistorian.push(dataOf({ time: time[i], value: missing.includes(i) ? null : value[i], status: status[i] }));
  variables.set(tag, node);
}
own.addVariable({
  componentOf: plant,
  browseName: "no history",
  nodeId: "s=none",
  dataType: "Double",
  value: { dataType: "Double", value: 1 },
});

process.on("message", async ({ set, trust }) => {
  if (trust) {
    for (const file of readdirSync(trust).filter((name) => name.endsWith(".pem")))
      await serverCertificateManager.trustCertificate(new X509Certificate(readFileSync(join(trust, file))).raw);
    process.send({ trusted: true });
  }
  if (set)
    variables
      .get(set.tag)
      .setValueFromSource(new Variant({ dataType: DataType.Double, value: set.value }), codeOf(set.status ?? 0), new Date(set.time * 1000));
});
await server.start();
const [endpoint] = server.endpoints;
const url = endpoint.endpointDescriptions()[0].endpointUrl;
process.send({ ready: true, url });
