//! Pictures for tags.

use std::collections::BTreeMap;

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::failures::Failures;

/// Where the pictures lie.
const BASE: &str = "https://storage.googleapis.com/runwhen-nonprod-shared-images/icons/";

/// Tags in capitals and the picture of each.
const ICONS: [(&[&str], &str); 14] = [
    (&["AWS"], "Amazon_Web_Services_Logo.svg"),
    (&["KUBERNETES", "K8S"], "kubernetes-icon-color.svg"),
    (&["OPENSHIFT"], "OpenShift-LogoType.svg"),
    (&["ARGO", "ARGOCD"], "argo-icon-color.svg"),
    (&["CLOUDWATCH"], "aws/cloudwatch.svg"),
    (&["AKS"], "azure/containers/10023-icon-service-Kubernetes-Services.svg"),
    (&["AZURE"], "azure-icon.svg"),
    (&["EKS"], "amazon-eks.svg"),
    (&["FLUXCD", "FLUX"], "flux-icon-color.svg"),
    (&["GCP", "GCLOUD", "GOOGLE"], "google-cloud-platform.svg"),
    (&["GKE"], "gcp/google_kubernetes_engine/google_kubernetes_engine.svg"),
    (&["HTTP"], "code_blocks.svg"),
    (&["GITHUB"], "github-mark.svg"),
    (&["PATRONI", "POSTGRES", "POSTGRESQL"], "postgresql.svg"),
];

/// Addresses of pictures by tag.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct IconsJson {
    icons: BTreeMap<&'static str, String>,
}

/// The addresses of pictures for tags, which are in capitals.
#[utoipa::path(get, path = "/api/v1/registry/tag-icons", tag = "registry",
    responses((status = 200, description = "Addresses by tag", body = IconsJson), Failures))]
pub(super) async fn list() -> Json<IconsJson> {
    let of_tag = |(tags, file): &(&'static [&'static str], &str)| {
        let url = format!("{BASE}{file}");
        tags.iter().map(|tag| (*tag, url.clone())).collect::<Vec<_>>()
    };
    Json(IconsJson { icons: ICONS.iter().flat_map(of_tag).collect() })
}
