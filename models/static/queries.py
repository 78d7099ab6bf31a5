"""How people spell what they ask: variants of a query, and complaints made of things and symptoms."""

import itertools
import random
from pathlib import Path

from pairs import Pair

STOP_WORDS = set(
    "a an and are as at be by can for from has have if in into is it its of on or that the their this to "
    "was when which will with you your s".split()
)
QUESTIONS = ["how to", "how do i", "how can i", "i want to", "need to", "script to", "way to", "best way to"]
PYTHON = ["python {}", "{} in python", "{} python", "python how to {}", "how to {} in python", "using python {}"]

THINGS = """pod|deployment|statefulset|daemonset|replica set|cron job|kubernetes job|ingress|service mesh|namespace
config map|secret|service account|persistent volume|persistent volume claim|storage class|kubernetes node|node pool
control plane|api server|etcd|coredns|kubelet|container|container image|image registry|helm release|operator
custom resource|network policy|horizontal pod autoscaler|cluster autoscaler|resource quota|certificate|cert-manager
argocd application|flux kustomization|git repository|pull request|github action|gitlab pipeline|jenkins job
jenkins agent|build queue|artifact store|terraform state|ansible playbook|load balancer|target group|dns record|dns zone
nat gateway|vpn tunnel|subnet|security group|firewall rule|virtual network|private endpoint|public ip|cdn|waf
virtual machine|vm scale set|ec2 instance|auto scaling group|ebs volume|snapshot|machine image|s3 bucket|blob container
storage account|file share|lambda function|function app|logic app|app service|app service plan|web app|cloud run service
cloud function|step function|api gateway|api management|event hub|service bus queue|sqs queue|sns topic|pubsub subscription
kafka topic|kafka consumer group|rabbitmq queue|redis cache|memcached|elasticache cluster|postgres database|mysql database
sql server|cosmos db account|dynamodb table|mongodb replica set|elasticsearch index|opensearch domain|bigquery dataset
data factory pipeline|databricks job|spark job|airflow dag|ml model endpoint|vector database|key vault|kms key|iam role
iam user|access key|service principal|managed identity|api token|ssl certificate|ssh key|backup vault|backup job
log group|log analytics workspace|metric alert|prometheus rule|grafana dashboard|alertmanager|slo|error budget|uptime check
eks cluster|aks cluster|gke cluster|openshift cluster|ecs service|fargate task|container registry|billing account
reserved instances|savings plan|budget|cost report|subscription|resource group|tag policy|quota|support ticket|slack channel
website|http endpoint|rest api|graphql api|websocket|checkout service|payment service|login page|frontend|backend|queue worker
java application|jvm heap|thread pool|connection pool|python script|robot framework suite|bash script|command output|json file
csv file|yaml file|log file|stack trace|environment variable|user variable|report|table|timestamp|time range|regular expression
""".replace("\n", "|").strip("|").split("|")

SYMPTOMS = """{} keeps restarting|{} is stuck|{} is down|{} is slow|{} is unhealthy|{} not responding|{} keeps timing out
{} is throwing errors|why is my {} failing|why did the {} stop working|{} crashed after the last release|{} out of memory
{} at high cpu|{} disk is full|{} is running out of space|{} connection refused|{} access denied|{} permission denied
{} not found|{} does not exist|{} certificate expired|{} about to expire|{} quota exceeded|{} throttled|{} rate limited
{} returns 500|{} returns 502 bad gateway|{} returns 503 service unavailable|{} returns 404|{} unauthorized 401
users complain about the {}|nobody knows what happened to the {}|{} pending for hours|{} will not start|{} cannot be deleted
{} failed to deploy|{} rollback|{} is not scaling|scale up the {}|restart the {}|check {} health|list every {}|get {} logs
find unused {}|delete old {}|clean up {}|how much does the {} cost|{} costs too much|{} is oversized|{} is idle
{} is public|{} is not encrypted|{} without backup|{} has no tags|{} misconfigured|{} out of sync|{} drift|{} lag is growing
{} backlog is piling up|{} data loss|{} replication broken|{} latency spike|{} traffic dropped|{} error rate|{} status
{} metrics|{} events|{} alerts firing|{} configuration|{} troubleshooting|show recent changes of the {}|who changed the {}
{} has too many connections|{} deadlock|{} version is outdated|upgrade {}|{} maintenance window|{} health score|create {}
read {}|parse {}|convert {}|compare {}|validate {}|export {}|send {}|wait for {}|rotate {}|triage {}|audit {}|monitor {}
""".replace("\n", "|").strip("|").split("|")


GLOSSARY_TIMES = 8


def glossary(path: Path) -> list[Pair]:
    """What abbreviations and messages of the field mean, each as often as `GLOSSARY_TIMES`."""
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line)
    return [Pair(term, meaning, "glossary") for term, meaning in rows for _ in range(GLOSSARY_TIMES)]


def word_lists(words: list[str], count: int, seed: int) -> list[str]:
    """Some words at random: texts for words that are rare in documentation."""
    generator = random.Random(seed)
    return [" ".join(generator.sample(words, generator.choice((2, 3, 3, 4)))) for _ in range(count)]


def complaints(count: int, seed: int) -> list[str]:
    """`count` short texts of a symptom and a thing, the same for the same seed."""
    every = [symptom.format(thing) for symptom, thing in itertools.product(SYMPTOMS, THINGS)]
    return random.Random(seed).sample(every, min(count, len(every)))


def spellings(pair: Pair, generator: random.Random) -> list[str]:
    """The query, in other words that mean the same: mistyped, as keywords, as a question."""
    query = pair.query
    out = [query, mistyped(query, generator)]
    if pair.kind in ("error", "exception", "glossary"):
        return out
    words = [word for word in query.rstrip(".").split() if word.lower() not in STOP_WORDS]
    if 2 <= len(words) < len(query.split()):
        out.append(" ".join(words).lower())
    task = query.rstrip(".").lower()
    if pair.kind == "code":
        out.append(generator.choice(PYTHON).format(task))
    else:
        out.append(f"{generator.choice(QUESTIONS)} {task}")
    return out


def mistyped(text: str, generator: random.Random) -> str:
    """The text with a slip in about every third long word."""
    return " ".join(
        slip(word, generator) if len(word) > 4 and generator.random() < 0.35 else word for word in text.split()
    )


def slip(word: str, generator: random.Random) -> str:
    """One letter left out, doubled, exchanged with the next, or replaced."""
    at = generator.randrange(1, len(word) - 1)
    kind = generator.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at] + word[at:]
    if kind == 2:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + generator.choice("abcdefghijklmnopqrstuvwxyz") + word[at + 1 :]
