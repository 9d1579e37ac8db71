# SPDX-License-Identifier: Apache-2.0
from tickproof.golden.predict import predict


def replay(program, observed):
    return predict(program)
