"""Deploys many accounts with many customers each, a stack for each account, several at once."""

import argparse
import os
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from program import program
from pulumi import automation
from tqdm import tqdm

HERE = Path(__file__).parent


def deploy(number, options, progress):
    """Bring one stack up; what an earlier run has done is found and kept."""
    stack = automation.create_or_select_stack(f"account-{number:03}", "many-stacks", program,
        opts=automation.LocalWorkspaceOptions(work_dir=options.folder,
            env_vars=os.environ | {"PULUMI_PYTHON_CMD": sys.executable}))
    stack.set_all_config({name: automation.ConfigValue(value) for name, value in {
        "partnercentral:region": "us-east-1", "partnercentral:catalog": options.catalog,
        "account": f"{10**9 + number:012}", "customers": str(options.customers),
        "firstCustomer": str(number * options.customers)}.items()})
    if options.unlock:
        stack.cancel()  # only a run that was killed leaves a lock behind

    def count(event):
        done = event.res_outputs_event
        progress.update(bool(done and "partnercentral" in done.metadata.type))

    run = stack.destroy if options.destroy else stack.up
    return number, run(on_event=count, suppress_progress=True).summary.resource_changes


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("accounts", type=int)
    parser.add_argument("customers", type=int)
    parser.add_argument("--parallel", type=int, default=4, help="stacks at once")
    parser.add_argument("--catalog", default="Sandbox")
    parser.add_argument("--folder", default=str(HERE), help="where the stacks' settings go")
    parser.add_argument("--unlock", action="store_true", help="after a run that was killed")
    parser.add_argument("--destroy", action="store_true")
    options = parser.parse_args()
    total = options.accounts * (options.customers + 1)
    failed = 0
    pool = ThreadPoolExecutor(options.parallel)
    with tqdm(total=total, unit=" resources") as progress, pool:
        for done in as_completed(pool.submit(deploy, number, options, progress)
                                 for number in range(options.accounts)):
            try:
                tqdm.write("account-{:03}: {}".format(*done.result()))
            except automation.CommandError as error:
                failed += 1
                tqdm.write(str(error))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
