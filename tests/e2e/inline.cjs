// Runs the compiled program of the folder it is started in as an inline program, as `pulumi` commands one after the other
// would, and prints what each would change: `node inline.cjs PROGRAM.js COMMAND…`.
const fs = require("node:fs");
const { createRequire } = require("node:module");
const path = require("node:path");

const [file, ...commands] = process.argv.slice(2);
const program = path.resolve(file);
const projectName = /^name: (.*)$/m.exec(fs.readFileSync("Pulumi.yaml", "utf8"))[1];
const { LocalWorkspace } = createRequire(program)("@pulumi/pulumi/automation");

// Every command runs the program anew, so it may not come from Node's cache.
async function run() {
    delete require.cache[program];
    return require(program);
}

async function main() {
    const stack = await LocalWorkspace.createOrSelectStack(
        { stackName: "dev", projectName, program: run },
        { workDir: process.cwd() },
    );
    for (const command of commands) {
        const result = await stack[command]({ color: "never" });
        console.log(JSON.stringify(result.changeSummary ?? result.summary.resourceChanges));
    }
}

main().catch((error) => {
    console.error(error.message);
    process.exit(1);
});
