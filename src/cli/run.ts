/** The commands and their options. A command's code is loaded when it is called. */
import { Command, CommanderError } from "commander";
import { GreyboxError, version } from "../core/index.ts";
import { tellFailure } from "./failure.ts";
import { type ExitCode, exit, type Io, type Shared } from "./io.ts";

/** Runs one command line, without the name of the program. */
export async function run(args: readonly string[], io: Io): Promise<ExitCode> {
  const shared: Shared = { io, json: args.includes("--json") };
  let code: ExitCode = exit.ok;
  const program = commands(shared, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return exit.ok;
      // Asked for nothing: the help has been printed.
      if (error.code === "commander.help") return exit.usage;
      return tellFailure(new GreyboxError("cli/usage", { why: error.message }), shared, false);
    }
    return tellFailure(error, shared, args.includes("--debug"));
  }
}

function commands(shared: Shared, done: (code: ExitCode) => void): Command {
  const { io } = shared;
  const program = new Command("greybox")
    .description("Hybrid process models: check, simulate, calibrate, fuse with data, deploy as soft sensors.")
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text), outputError: () => {} })
    .showHelpAfterError(false)
    .addHelpText(
      "after",
      "\nExit codes: 0 ok, 1 the run ended but says no, 2 wrong use, 3 worth trying again.\nEvery command takes --json and --debug.",
    );

  const command = (usage: string, description: string) =>
    program
      .command(usage)
      .description(description)
      .option("--json", "one JSON document instead of text")
      .option("--debug", "show the stack of an error");
  const withModel = (made: Command) => made.option("--model <name>", "which model, where the file exports several");
  const withData = (made: Command) =>
    withReading(
      made
        .option(
          "--data <file>",
          "plant data: CSV (also .gz), Parquet, DuckDB, a store, or the address of a server; default: what the study's `historian` says",
        )
        .option("--binding <file>", "file that exports `binding` and whatever else the study lacks"),
    );
  const withReading = (made: Command) =>
    made
      .option("--map <file>", "mapping (JSON): how the record is written, and which tag is which quantity; as `greybox map` proposes one")
      .option("--zone <name>", "time zone of stamps without one, such as Europe/Berlin or UTC")
      .option("--decimal <sign>", "decimal sign of the numbers: . or ,")
      .option("--delimiter <sign>", "what separates the columns")
      .option("--time <column>", "which column is the time, where its name does not say so")
      .option("--elapsed <unit>", "times are numbers in this unit from the start of the record")
      .option("--from <time>", "use the data from here on: ISO 8601 with offset, or seconds")
      .option("--to <time>", "use the data up to here");

  withModel(command("check <file>", "Check models: names, units, structure. Exit code 1 when one of them cannot be used."))
    .option("--gradients", "compare exact derivatives with differences, at the initial state; exit code 1 when one is wrong")
    .option("--input <name=value>", "with --gradients: value of an input; repeat for others", collect, [])
    .option("--parameter <name=value>", "with --gradients: another parameter value; repeat for others", collect, [])
    .option("--span <from:to>", "with --gradients: also the sensitivities of a run over this span")
    .option("--identifiability", "whether measurements without errors would fix the parameters; exit code 1 when they would not")
    .option("--measured <names>", "with --identifiability: what is measured; default: the outputs, else the states")
    .option("--estimate <names>", "with --identifiability: what is not known; default: the parameters with bounds")
    .option("--unknown-initial <states>", "with --identifiability: states whose initial values are not known, or all")
    .option("--constant <inputs>", "with --identifiability: inputs that do not move")
    .action(async (file: string, options) => done(await (await import("./commands/check.ts")).check(file, options, shared)));

  withModel(command("describe <file>", "Write a page about a model: process logic, equations, parameters, structure."))
    .option("--out <file>", "HTML file to write; default: the standard output")
    .action(async (file: string, options: DescribeOptions) =>
      done(await (await import("./commands/describe.ts")).describe(file, options, shared)),
    );

  withModel(command("simulate <file>", "Run a model."))
    .requiredOption("--span <from:to>", "in the time unit of the model, such as 0:10")
    .option("--input <name=value>", "value of an input, in the unit of the model; repeat for others", collect, [])
    .option("--inputs <file>", "CSV with the time in the first column and one column an input, in model units")
    .option("--hold <how>", "how the columns of --inputs run between their times: hold or linear", "hold")
    .option("--parameter <name=value>", "another parameter value; repeat for others", collect, [])
    .option("--initial <name=value>", "another initial value; repeat for others", collect, [])
    .option("--points <count>", "report so many times, evenly spread; default: the steps of the solver")
    .option("--method <name>", "integration method; default: chosen by the problem")
    .option("--rtol <number>", "relative tolerance")
    .option("--out <file>", "write all columns to a .csv or .json file")
    .action(async (file: string, options) => done(await (await import("./commands/simulate.ts")).simulateCommand(file, options, shared)));

  withModel(command("steady <file>", "The steady states of a model, or how they go with a parameter or an input."))
    .option("--input <name=value>", "value of an input, in the unit of the model; repeat for others", collect, [])
    .option("--parameter <name=value>", "another parameter value; repeat for others", collect, [])
    .option("--near <name=value>", "where to look for a state first; repeat for others", collect, [])
    .option("--starts <count>", "points that the search starts from")
    .option("--vary <name>", "follow the steady states along this parameter or input, through their turning points")
    .option("--range <from:to>", "of what is varied")
    .action(async (file: string, options) => done(await (await import("./commands/steady.ts")).steadyCommand(file, options, shared)));

  withData(
    withModel(
      command(
        "calibrate <study>",
        "Estimate parameters from plant data (or a PEtab problem.yaml), with a verdict on what the data can fix.",
      ),
    ),
  )
    .option("--estimate <names>", "parameters, separated by commas")
    .option("--starts <count>", "starts of the search")
    .option("--seed <number>", "seed of the starts")
    .option("--level <share>", "confidence of the intervals, such as 0.95")
    .option("--workers <count>", "threads; 1: none. Default: one for each processor, where there are several starts")
    .option("--method <name>", "how to search; default: chosen by the problem")
    .option("--again <which>", "which starts are looked at a second time where they ended: best, every or never; default: best of many")
    .option("--shooting [nodes]", "multiple shooting before each search: nodes in each window, or auto")
    .option("--profile", "profiles of the likelihood: intervals that need not be symmetric")
    .option("--bootstrap <refits>", "draw the data again and fit it again, so many times")
    .option("--bootstrap-kind <kind>", "what is drawn again: parametric, residual or archive")
    .option("--sample <draws>", "draws from the posterior in each of four chains")
    .option("--checkpoint <file>", "keep what was found as it goes; the same command goes on from there after a kill or Ctrl-C")
    .option("--diagnose", "what the equations let data fix, what the residuals say, and which data the estimates hang on")
    .option("--former <file>", "a fit, as --out wrote it: what changed since then")
    .option("--report <file>", "write a page about the fit, with all of this: HTML, or JSON where it ends with .json")
    .option("--out <file>", "write the fit as JSON, for `greybox fuse` and `greybox compare`")
    .action(async (study: string, options) =>
      done(await (await import("./commands/calibrate.ts")).calibrateCommand(study, options, shared)),
    );

  withData(
    withModel(command("batch <study>", "A fit for each asset of a fleet: failures are told, finished fits are kept when it runs again.")),
  )
    .requiredOption("--out <folder>", "fits, pages and a summary are kept there")
    .option("--by <what>", "asset (as the study's `fleet` says) or window", "asset")
    .option("--estimate <names>", "parameters, separated by commas")
    .option("--starts <count>", "starts of each search")
    .option("--seed <number>", "seed of the starts")
    .option("--level <share>", "confidence of the intervals, such as 0.95")
    .option("--workers <count>", "threads; 1: none. Default: one for each processor")
    .option("--method <name>", "how to search; default: chosen by the problem")
    .option("--again <which>", "which starts are looked at a second time where they ended: best, every or never; default: best of many")
    .option("--shooting [nodes]", "multiple shooting before each search: nodes in each window, or auto")
    .option("--no-pages", "no page for each fit")
    .action(async (study: string, options) => done(await (await import("./commands/batch.ts")).batchCommand(study, options, shared)));

  command("compare <former> <later>", "What changed between two fits, and whether it is more than chance.")
    .option("--report <file>", "write a page about it")
    .action(async (former: string, later: string, options) =>
      done(await (await import("./commands/compare.ts")).compareCommand(former, later, options, shared)),
    );

  withData(command("fuse <study>", "Learn what the mechanism leaves over, validate it, and make a soft sensor."))
    .requiredOption("--fit <file>", "the fit, as `greybox calibrate --out` wrote it")
    .option("--on <name>", "observable to correct; default: the study's `residual`")
    .option("--features <names>", "what the correction may depend on, separated by commas")
    .option("--learner <kind>", "ridge, pls, gaussian-process or network")
    .option("--folds <count>", "parts of the record that are held out in turn")
    .option("--seed <number>", "seed of the learner")
    .option("--estimate <name>", "observable that the sensor answers for; default: the corrected one")
    .option("--out <file>", "write the soft sensor, for `greybox predict` and `greybox serve`")
    .action(async (study: string, options) => done(await (await import("./commands/fuse.ts")).fuseCommand(study, options, shared)));

  withData(command("predict <bundle>", "Predict a record with a soft sensor. Exit code 1 when no answer has a value."))
    .option("--points <file>", "instead of --data: JSON lines of points, as the service takes them; - reads the standard input")
    .option("--every <duration>", 'also answer at even times, such as "10 min"')
    .option("--out <file>", "write the answers to a .csv, .json or .jsonl file; default: JSON lines on the standard output")
    .action(async (bundle: string, options) => done(await (await import("./commands/predict.ts")).predictCommand(bundle, options, shared)));

  command("serve [bundles...]", "Serve soft sensors over HTTP until interrupted.")
    .option("--dir <folder>", "serve every .greybox file in it")
    .option("--host <address>", "default: 127.0.0.1, this machine only")
    .option("--port <number>", "default: 8080; 0: any free one")
    .option("--state <folder>", "keep the streams there, so that a restarted service goes on where it was")
    .action(async (bundles: string[], options) => done(await (await import("./commands/serve.ts")).serveCommand(bundles, options, shared)));

  withData(command("portrait [study]", "Show what a record looks like: gaps, statuses, noise, compression, doubts."))
    .option("--tags <names>", "only these, separated by commas")
    .option("--html <file>", "also write a page with a ribbon of status over time for each tag")
    .action(async (study: string | undefined, options) =>
      done(await (await import("./commands/portrait.ts")).portraitCommand(study, options, shared)),
    );

  withReading(command("ingest [source]", "Take a file, or another source, up into a store. Run again, it takes up what is new."))
    .requiredOption("--into <store>", "folder of the store; made where there is none")
    .option("--stream <name>", "name under which the store knows this source; default: the name of the file")
    .option("--tags <names>", "only these, separated by commas")
    .option("--period <length>", "with a new store: day, month, year or all; how long a stretch of time one of its files covers")
    .option("--compact", "join small files of the store afterwards")
    .action(async (from: string | undefined, options) =>
      done(await (await import("./commands/ingest.ts")).ingestCommand(from, options, shared)),
    );

  withData(withModel(command("map [model]", "Propose which tag is which quantity of a model, for a person to review. Changes no unit.")))
    .option("--out <file>", "write the proposal as a mapping (.json) or for a study (.ts)")
    .action(async (model: string | undefined, options) =>
      done(await (await import("./commands/map.ts")).mapCommand(model, options, shared)),
    );

  withData(
    command(
      "find <pattern> [data]",
      'Find what is asked for in words, such as "TI101 rises by more than 5 K within 10 min". Exit code 1 when there is nothing.',
    ),
  )
    .option("--study <file>", "study whose bound names may be used as well as tags")
    .option("--state <TAG.word=number>", "what a state is as a number; repeat for others", collect, [])
    .option("--unit <TAG=unit>", "unit of a tag for which the source knows none; repeat for others", collect, [])
    .action(async (pattern: string, data: string | undefined, options) =>
      done(await (await import("./commands/find.ts")).findCommand(pattern, data, options, shared)),
    );

  command("doctor", "Say which optional parts are there, and how to get those that are not. Downloads nothing.").action(async () =>
    done(await (await import("./commands/doctor.ts")).doctor(shared)),
  );
  return program;
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

interface DescribeOptions {
  readonly model?: string;
  readonly out?: string;
}
