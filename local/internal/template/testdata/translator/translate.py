"""Translates SAM templates with AWS's translator, and reads what comes of them.

Usage: translate.py FOLDER

Prints one JSON object: by the name of each template of the folder what it is translated
to, or why not, with a summary (see summary.py); the properties of SAM's schema with
whether a template has them (see properties.py); and SAM's types and sections of Globals.

The translator is https://github.com/aws/serverless-application-model.
"""

import json
import logging
import os
import pathlib
import sys

os.environ["AWS_DEFAULT_REGION"] = "us-east-1"
logging.disable()  # of metrics that nobody asked for

from samtranslator.parser.parser import Parser  # noqa: E402
from samtranslator.public.exceptions import InvalidDocumentException  # noqa: E402
from samtranslator.translator.translator import Translator  # noqa: E402
from samtranslator.yaml_helper import yaml_parse  # noqa: E402

import properties  # noqa: E402
import summary  # noqa: E402

# What is local is uploaded before a template is translated. The bucket stands for this
# folder.
BUCKET = "folder"

UPLOADED = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
    "AWS::Serverless::Api": "DefinitionUri",
    "AWS::Serverless::HttpApi": "DefinitionUri",
}


def upload(template):
    """Puts S3 in the place of each local path, as "sam package" does."""
    sections = [(f"AWS::Serverless::{name}", part) for name, part in template.get("Globals", {}).items()]
    sections += [(r["Type"], r.setdefault("Properties", {})) for r in template["Resources"].values()]
    for resource_type, part in sections:
        key = UPLOADED.get(resource_type)
        if isinstance(part.get(key), str):
            part[key] = f"s3://{BUCKET}/{part[key]}"
    for resource in template["Resources"].values():
        part = resource["Properties"]
        if resource["Type"] == "AWS::Serverless::Function" and not {"CodeUri", "InlineCode", "ImageUri"} & part.keys():
            part["CodeUri"] = f"s3://{BUCKET}/code"


def download(translated, folder):
    """Puts the files of the folder in the place of definitions in the bucket."""
    for resource in translated["Resources"].values():
        part = resource.get("Properties", {})
        location = part.get("BodyS3Location", {})
        if location.get("Bucket") == BUCKET:
            del part["BodyS3Location"]
            part["Body"] = yaml_parse((folder / location["Key"]).read_text())


def keep_one_stage(translated):
    """Takes out the stage "Stage", which SAM makes with each deployment of a REST API
    beside the one that the template names."""
    for resource in translated["Resources"].values():
        if resource["Type"] == "AWS::ApiGateway::Deployment" and resource["Properties"].get("StageName") == "Stage":
            del resource["Properties"]["StageName"]


def translate(template, folder):
    upload(template)
    translator = Translator({}, Parser())
    translated = translator.translate(template, {}, get_managed_policy_map=lambda: {})
    download(translated, folder)
    keep_one_stage(translated)
    return translated


def main(folder):
    templates, used = {}, properties.Used()
    for path in sorted(folder.glob("*.yaml")):
        template = yaml_parse(path.read_text())
        used.add(template)
        try:
            translated = translate(template, folder)
            templates[path.stem] = {"template": translated, "summary": summary.of(translated)}
        except InvalidDocumentException as e:
            templates[path.stem] = {"error": "; ".join(str(cause.message) for cause in e.causes)}
    result = {"templates": templates, "properties": used.all(), "types": properties.types(), "sections": properties.sections()}
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
