"""Words of the domain that the teacher's vocabulary only has in pieces."""

import re
from collections import Counter, defaultdict

from tokenizers.pre_tokenizers import BertPreTokenizer

from pairs import Pair

# Asked for by name: frequent in clusters and clouds, rare in documentation strings.
WANTED = """kubectl kubernetes k8s crashloopbackoff imagepullbackoff errimagepull oomkilled oomkill createcontainerconfigerror
failedscheduling failedmount containercreating kubelet coredns etcd statefulset statefulsets daemonset daemonsets replicaset
configmap configmaps kustomization kustomize argocd fluxcd helm istio envoy nginx ingress hpa pvc pvcs crd crds kubeconfig
namespace namespaces nodepool nodegroup autoscaler autoscaling eks aks gke ecs ecr ec2 rds s3 sqs sns iam vpc elb alb nlb efs
ebs kms acm waf dynamodb elasticache opensearch cloudwatch cloudtrail cloudformation cloudfront fargate eventbridge
bigquery pubsub gcloud stackdriver cosmosdb keyvault appservice vmss servicebus eventhub eventhubs postgres postgresql mysql
mariadb mongodb redis rabbitmq kafka zookeeper elasticsearch prometheus alertmanager grafana promql loki datadog jenkins
gitlab github terraform ansible runbook runbooks sli slo slx codebundle codecollection robotframework stacktrace traceback
stderr stdout jmespath jsonpath jq curl healthcheck healthcheck liveness readiness backoff oom nullpointerexception
econnrefused etimedout enospc accessdenied accessdeniedexception throttlingexception unauthorized unauthenticated
""".split()

WORD = re.compile(r"[a-z][a-z0-9]{2,23}")


def domain_words(pairs: list[Pair], tokenizer, most: int) -> list[str]:
    """The `most` words that are in pieces now, are used by two packages or more, and save most pieces."""
    times, users = Counter(), defaultdict(set)
    split = BertPreTokenizer()
    counted = defaultdict(Counter)
    for pair in pairs:
        words = split.pre_tokenize_str(f"{pair.query} {pair.text}".lower())
        counted[pair.package].update({word for word, _ in words if WORD.fullmatch(word)})
    for package, counts in counted.items():
        for word, count in counts.items():
            # A package that says a word a thousand times is one voice.
            times[word] += min(count, 30)
            users[word].add(package)
    candidates = [word for word in times if times[word] >= 4 and len(users[word]) >= 2]
    pieces = {w: len(e.ids) for w, e in zip(candidates, tokenizer.encode_batch_fast(candidates))}
    candidates = [word for word in candidates if pieces[word] > 1]
    candidates.sort(key=lambda word: (-times[word] * (pieces[word] - 1), word))
    known = tokenizer.get_vocab()
    wanted = [word for word in dict.fromkeys(WANTED) if word not in known]
    return list(dict.fromkeys(wanted + candidates))[:most]
