DROP VIEW vector_documentation, vector_libraries, vector_codecollections, vector_codebundles,
    collection_in_service, document_in_service;
