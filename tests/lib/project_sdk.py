"""Ask for a project's statistics with the official SDK, as the vendor's tutorial on inter-annotator agreement does, and
print what the typed answers say, a line of JSON each. usage: project_sdk.py BASE_URL TOKEN PROJECT VERSION..
Every call that we answer is made, synchronously and asynchronously; both must say the same."""

import asyncio
import json
import sys

from label_studio_sdk import AsyncLabelStudio, LabelStudio
from label_studio_sdk.core.api_error import ApiError


def plain(value):
    if hasattr(value, "model_dump"):
        value = value.model_dump(mode="json", by_alias=True)
    return json.loads(json.dumps(value, sort_keys=True, default=str))


def calls(stats, project, users, versions):
    """Name and arguments of each call."""
    first, several = users[0], ",".join(str(u) for u in users)
    yield "total_agreement", dict(id=project)
    yield "total_agreement", dict(id=project, per_label=True)
    for user in users:
        yield "agreement_annotator", dict(id=project, user_id=user)
        yield "user_ground_truth_agreement", dict(id=project, user_pk=user)
        yield "user_prediction_agreement", dict(id=project, user_pk=user)
    yield "agreement_annotators", dict(id=project, ids=several)
    yield "users_ground_truth_agreement", dict(id=project, ids=several)
    yield "users_prediction_agreement", dict(id=project, ids=several, per_label=True)
    yield "iaa", dict(id=project)
    yield "iaa", dict(id=project, std=True, expand="users")
    yield "iaa", dict(id=project, per_label=True)
    yield "update_stats", dict(id=project, stat_type="stats")
    for version in versions:
        yield "model_version_annotator_agreement", dict(id=project, model_version=version)
        yield "model_version_ground_truth_agreement", dict(id=project, model_version=version)
        yield "model_version_prediction_agreement", dict(id=project, model_version=version)
    yield "data_quality_agreement_distribution", dict(id=project)
    yield "data_quality_agreement_dimensions", dict(id=project)
    yield "data_quality_agreement_confusion_matrix", dict(id=project)
    yield "data_quality_agreement_confusion_matrix", dict(id=project, mode="ground_truth")
    yield "label_distribution_structure", dict(id=project)
    yield "label_distribution_counts", dict(id=project)
    yield "lead_time", dict(id=project)


async def ask_async(base_url, token, project, users, versions):
    client = AsyncLabelStudio(base_url=base_url, api_key=token)
    return [plain(await getattr(client.projects.stats, name)(**arguments))
            for name, arguments in calls(client.projects.stats, project, users, versions)]


def main(base_url, token, project, *versions):
    project = int(project)
    client = LabelStudio(base_url=base_url, api_key=token)
    users = [u.id for u in client.projects.list_unique_annotators(id=project)]
    print(json.dumps({"call": "annotators", "answer": users}))
    answers = []
    for name, arguments in calls(client.projects.stats, project, users, versions):
        answer = plain(getattr(client.projects.stats, name)(**arguments))
        answers.append(answer)
        print(json.dumps({"call": name, "arguments": arguments, "answer": answer}))
    if answers != asyncio.run(ask_async(base_url, token, project, users, versions)):
        sys.exit("the asynchronous client has other answers")
    # The pager asks for pages until one is empty; the agreement of each is a number between 0 and 1.
    tasks = list(client.tasks.list(project=project, page_size=4))
    print(json.dumps({"call": "tasks", "answer": [[t.id, t.agreement] for t in tasks]}))
    worst = client.tasks.list(project=project, query=json.dumps({"ordering": ["tasks:agreement"]}))
    print(json.dumps({"call": "worst", "answer": [t.agreement for t in worst]}))
    one = client.tasks.get(id=str(tasks[0].id))
    print(json.dumps({"call": "task", "answer": [one.id, one.agreement, len(one.annotations)]}))
    for name, arguments in (("users_review_score", dict(id=project, ids=str(users[0]))), ("total_agreement", dict(id=999999))):
        try:
            getattr(client.projects.stats, name)(**arguments)
        except ApiError as error:
            print(json.dumps({"call": name, "status": error.status_code, "detail": error.body["detail"]}))


if __name__ == "__main__":
    main(*sys.argv[1:])
